package org.waymark.worker;

import org.waymark.config.Marking;
import org.waymark.conntrack.MarkLookup;
import org.waymark.host.StartException;
import org.waymark.linux.LinuxException;
import org.waymark.upstream.KernelNetworkStack;

/**
 * What one worker needs for other settings, apart from sockets for new addresses, opened before they are in force: the kernel may refuse it.
 * What is taken belongs to the worker, and {@link #close} closes the rest.
 */
final class NewParts implements AutoCloseable {
    private MarkLookup lookup;
    private KernelNetworkStack.Memory memory;

    private NewParts() {}

    /**
     * @param former what is in force
     * @param next what is to be in force
     * @param otherMarks whether marks are to come from elsewhere
     */
    static NewParts open(Marking former, Marking next, boolean otherMarks) throws StartException {
        NewParts parts = new NewParts();
        try {
            if (otherMarks) {
                parts.lookup = MarkOrigin.lookup(next.zones());
            }
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

    /** Null if the present one stays. */
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
        if (lookup != null) {
            lookup.close();
        }
        if (memory != null) {
            memory.close();
        }
    }
}
