package org.waymark.worker;

import java.net.InetSocketAddress;
import java.util.List;
import org.waymark.config.Marking;
import org.waymark.conntrack.MarkLookup;
import org.waymark.host.ListeningSockets;
import org.waymark.host.StartException;
import org.waymark.linux.LinuxException;
import org.waymark.upstream.KernelNetworkStack;

/**
 * What one worker needs for other settings, opened before they are in force: everything that the kernel may refuse. What is taken belongs
 * to the worker, and {@link #close} closes the rest.
 */
final class NewParts implements AutoCloseable {
    private ListeningSockets sockets;
    private MarkLookup lookup;
    private KernelNetworkStack.Memory memory;

    private NewParts(ListeningSockets sockets) {
        this.sockets = sockets;
    }

    /**
     * @param addresses those that the worker does not serve yet
     * @param former what is in force
     * @param next what is to be in force
     */
    static NewParts open(List<InetSocketAddress> addresses, Marking former, Marking next) throws StartException {
        NewParts parts = new NewParts(ListeningSockets.open(addresses));
        try {
            parts.lookup = MarkOrigin.lookup(next.zones());
            if (!next.upstreamZones().equals(former.upstreamZones())) {
                parts.memory = KernelNetworkStack.Memory.open(
                        MarkOrigin.array(next.upstreamZones()), MarkOrigin.array(former.upstreamZones()));
            }
            return parts;
        } catch (LinuxException e) {
            parts.close();
            throw new StartException("can't ask conntrack: " + StartException.explain(e), e);
        }
    }

    ListeningSockets takeSockets() {
        ListeningSockets taken = sockets;
        sockets = new ListeningSockets(List.of(), List.of());
        return taken;
    }

    MarkLookup takeLookup() {
        MarkLookup taken = lookup;
        lookup = null;
        return taken;
    }

    /** Null if the present one stays. */
    KernelNetworkStack.Memory takeMemory() {
        KernelNetworkStack.Memory taken = memory;
        memory = null;
        return taken;
    }

    @Override
    public void close() {
        sockets.close();
        if (lookup != null) {
            lookup.close();
        }
        if (memory != null) {
            memory.close();
        }
    }
}
