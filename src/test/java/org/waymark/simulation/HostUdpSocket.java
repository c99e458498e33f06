package org.waymark.simulation;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.waymark.conntrack.TransportProtocol;
import org.waymark.dns.WireMessage;
import org.waymark.linux.Endpoint;
import org.waymark.linux.Errno;
import org.waymark.linux.LinuxException;
import org.waymark.upstream.NetworkStack;
import org.waymark.upstream.UdpSocket;

/** A UDP socket of a {@link Host}. */
final class HostUdpSocket extends HostSocket implements UdpSocket {
    private final List<byte[]> added = new ArrayList<>();
    private final long openedAt;
    private Endpoint server;
    private DatagramEvents events;
    private boolean isWatched;
    private Errno pending;

    HostUdpSocket(Host host, int mark) {
        super(host, TransportProtocol.UDP, mark);
        this.openedAt = host.loop().nanoTime();
    }

    /** Whether the socket could take one more question for one of these servers, because it was opened after that instant. */
    boolean serves(int mark, Set<Endpoint> servers, long after) {
        return this.mark == mark && isWatched && servers.contains(server) && openedAt - after > 0;
    }

    @Override
    public void bind(Endpoint local) throws LinuxException {
        bindTo(local);
    }

    @Override
    public void connect(Endpoint server) throws LinuxException {
        stillOpen();
        host.internet().routeOrFail(server, mark);
        this.server = server;
    }

    @Override
    public Endpoint local() {
        stillOpen();
        return source();
    }

    @Override
    public void watch(DatagramEvents events) throws LinuxException {
        stillOpen();
        if (host.happens(host.faults().notWatched)) {
            throw new LinuxException("epoll_ctl", new Errno(28));
        }
        this.events = events;
        isWatched = true;
    }

    @Override
    public void unwatch() {
        stillOpen();
        isWatched = false;
    }

    @Override
    public boolean add(WireMessage message) {
        stillOpen();
        added.add(message.bytes());
        return added.size() == NetworkStack.MOST_SENT;
    }

    @Override
    public void send() {
        Map<Integer, Errno> notSent = new TreeMap<>();
        for (int i = 0; i < added.size(); i++) {
            stillOpen();
            Errno errno = sendOrFail(added.get(i));
            if (errno != null) {
                notSent.put(i, errno);
            }
        }
        added.clear();
        notSent.forEach(events::notSent);
    }

    private Errno sendOrFail(byte[] message) {
        if (pending != null) {
            Errno errno = pending;
            pending = null;
            return errno;
        }
        if (host.happens(host.faults().notSent)) {
            return Errno.ENOBUFS;
        }
        track(server);
        host.internet().send(new Packet(message, mark, TransportProtocol.UDP), server, this::receive, this::refused);
        return null;
    }

    private void receive(byte[] answer) {
        if (isOpen() && isWatched) {
            // Like the kernel's own memory, the buffer may be changed and is longer than the message.
            ByteBuffer buffer = ByteBuffer.allocate(answer.length + 1).put(1, answer);
            events.received(
                    new WireMessage().at(buffer, 1, answer.length), host.loop().nanoTime());
        }
    }

    private void refused() {
        if (isOpen() && isWatched && host.random().nextBoolean()) {
            events.failed(Errno.ECONNREFUSED);
        } else if (isOpen()) {
            pending = Errno.ECONNREFUSED;
        }
    }

    @Override
    public void close() {
        if (isOpen()) {
            Promise.hold(added.isEmpty(), "a socket is closed that has something to send");
            end(0);
        }
    }
}
