package org.waymark.simulation;

import org.waymark.conntrack.TransportProtocol;
import org.waymark.linux.Endpoint;
import org.waymark.linux.Errno;
import org.waymark.linux.LinuxException;
import org.waymark.upstream.NetworkStack;

/** What the sockets of a {@link Host} have in common, whatever their transport. */
abstract class HostSocket {
    final Host host;
    final int mark;
    private final TransportProtocol protocol;
    private Endpoint source;
    private boolean isOpen = true;

    HostSocket(Host host, TransportProtocol protocol, int mark) {
        this.host = host;
        this.protocol = protocol;
        this.mark = mark;
    }

    final void stillOpen() {
        Promise.hold(isOpen, "a socket is used that is closed");
    }

    final boolean isOpen() {
        return isOpen;
    }

    final Endpoint source() {
        return source;
    }

    final void bindTo(Endpoint local) throws LinuxException {
        stillOpen();
        if (!host.take(protocol, local.port(), this)) {
            throw new LinuxException("bind", Errno.EADDRINUSE);
        }
        source = host.from(local.port());
    }

    /** Handles a packet that leaves. */
    final void track(Endpoint server) {
        host.track(new NetworkStack.Connection(protocol, source, server), mark);
    }

    /** Closes the socket; its port is free at once, or after a while. */
    final void end(long lingerNanos) {
        isOpen = false;
        host.closed(this);
        if (source != null && lingerNanos > 0) {
            host.loop().schedule(() -> host.release(protocol, source.port()), lingerNanos);
        } else if (source != null) {
            host.release(protocol, source.port());
        }
    }
}
