package org.waymark.simulation;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.waymark.conntrack.TransportProtocol;
import org.waymark.linux.Endpoint;
import org.waymark.linux.Errno;
import org.waymark.linux.LinuxException;
import org.waymark.mark.ConnectionMark;
import org.waymark.upstream.NetworkStack;
import org.waymark.upstream.TcpSocket;
import org.waymark.upstream.UdpSocket;

/**
 * The kernel of the gateway, with conntrack as it really is: a connection has the mark of its first packet for as long as conntrack
 * remembers it, even after its socket is closed, unless conntrack is made to forget it. It fails in all the ways in {@link Faults}.
 */
final class Host implements NetworkStack {
    private static final long UDP_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long TCP_NANOS = TimeUnit.SECONDS.toNanos(120);
    /** The time for which the kernel repeats what nobody acknowledges. */
    static final Duration GIVES_UP = Duration.ofMinutes(15);

    private static final int OTHERS_MARK = 0x77;

    private final SimulatedLoop loop;
    private final RandomGenerator random;
    private final Faults faults;
    private final Internet internet;
    private final Endpoint address = Endpoint.of(new InetSocketAddress("192.0.2.1", 0));
    private final Map<Connection, Entry> conntrack = new HashMap<>();
    private final Map<Port, Object> bound = new HashMap<>();
    private final Set<HostSocket> open = new HashSet<>();
    private boolean closed;
    private long udpSockets;
    private boolean savesMarks = true;
    private boolean tracks = true;

    private record Port(TransportProtocol protocol, int number) {}

    private record Entry(int mark, long until) {}

    Host(SimulatedLoop loop, RandomGenerator random, Faults faults, Internet internet) {
        this.loop = loop;
        this.random = random;
        this.faults = faults;
        this.internet = internet;
    }

    /** Another program of this host takes some ports, and is known to conntrack with a mark of its own. */
    void othersTake(int ports, List<Site> servers) {
        for (int i = 0; i < ports; i++) {
            int port = 1024 + random.nextInt(64512);
            TransportProtocol protocol = random.nextBoolean() ? TransportProtocol.UDP : TransportProtocol.TCP;
            if (random.nextBoolean()) {
                take(protocol, port, this);
            }
            Endpoint server = servers.get(random.nextInt(servers.size())).address();
            conntrack.putIfAbsent(
                    new Connection(protocol, from(port), server),
                    new Entry(OTHERS_MARK, loop.nanoTime() + TimeUnit.HOURS.toNanos(1)));
        }
    }

    /** From now on no rule saves the marks of packets. */
    void loseMarks() {
        savesMarks = false;
    }

    /** From now on conntrack does not track what the host sends. */
    void stopTracking() {
        tracks = false;
    }

    /** The address that the host sends from. */
    Endpoint from(int port) {
        Endpoint from = new Endpoint();
        from.set(address);
        from.port(port);
        return from;
    }

    /** How many sockets Waymark has. */
    int openSockets() {
        return open.size();
    }

    /** How many of Waymark's connections conntrack remembers. */
    long remembered() {
        return conntrack.values().stream()
                .filter(entry -> entry.until() - loop.nanoTime() > 0 && entry.mark() != OTHERS_MARK)
                .count();
    }

    /** How many UDP sockets Waymark has ever had. */
    long udpSockets() {
        return udpSockets;
    }

    /** Whether a UDP socket could take one more question for one of these servers: one that was opened after that instant. */
    boolean hasUdpSocket(int mark, Set<Endpoint> servers, long after) {
        return open.stream()
                .anyMatch(socket -> socket instanceof HostUdpSocket udp && udp.serves(mark, servers, after));
    }

    SimulatedLoop loop() {
        return loop;
    }

    RandomGenerator random() {
        return random;
    }

    Internet internet() {
        return internet;
    }

    Faults faults() {
        return faults;
    }

    boolean happens(double probability) {
        return faults.happens(probability);
    }

    private <S extends HostSocket> S opened(S socket) {
        open.add(socket);
        return socket;
    }

    void closed(HostSocket socket) {
        open.remove(socket);
    }

    /** Takes a port. Returns whether nobody had it before. */
    boolean take(TransportProtocol protocol, int port, Object owner) {
        return bound.putIfAbsent(new Port(protocol, port), owner) == null;
    }

    void release(TransportProtocol protocol, int port) {
        bound.remove(new Port(protocol, port));
    }

    private Entry entry(Connection connection) {
        Entry entry = conntrack.get(connection);
        return entry == null || entry.until() - loop.nanoTime() <= 0 ? null : entry;
    }

    /**
     * Handles a packet that leaves. If its connection is remembered, the packet must have that connection's mark; otherwise it begins a
     * connection with its own mark.
     */
    void track(Connection connection, int mark) {
        if (!tracks) {
            return;
        }
        Entry entry = entry(connection);
        Promise.hold(
                entry == null || entry.mark() == mark || !savesMarks,
                "a packet of mark %d goes out on a connection of another mark, %s",
                mark,
                connection);
        long nanos = connection.protocol() == TransportProtocol.UDP ? UDP_NANOS : TCP_NANOS;
        conntrack.put(connection, new Entry(savesMarks ? mark : 0, loop.nanoTime() + nanos));
    }

    private void openOrFail(String call) throws LinuxException {
        Promise.hold(!closed, "a socket is opened after the end");
        if (faults.happens(faults.noFiles)) {
            throw new LinuxException(call, Errno.EMFILE);
        }
    }

    @Override
    public UdpSocket udp(Endpoint server, int mark) throws LinuxException {
        openOrFail("socket");
        udpSockets++;
        return opened(new HostUdpSocket(this, mark));
    }

    @Override
    public TcpSocket tcp(Endpoint server, int mark) throws LinuxException {
        openOrFail("socket");
        return opened(new HostTcpSocket(this, mark));
    }

    @Override
    public Endpoint sourceAddress(Endpoint server, int mark) throws LinuxException {
        internet.routeOrFail(server, mark);
        return address;
    }

    @Override
    public Runnable take(TransportProtocol protocol, Endpoint local) {
        if (!take(protocol, local.port(), this)) {
            return null;
        }
        return () -> release(protocol, local.port());
    }

    @Override
    public long rememberedMark(Connection connection) {
        Entry entry = entry(connection);
        return entry == null ? ConnectionMark.NO_ENTRY : ConnectionMark.known(entry.mark());
    }

    @Override
    public long markOfSent(Connection connection) {
        return rememberedMark(connection);
    }

    @Override
    public BitSet forget(List<Connection> connections) {
        BitSet gone = new BitSet();
        for (int i = 0; i < connections.size(); i++) {
            if (!faults.happens(faults.notForgotten)) {
                conntrack.remove(connections.get(i));
                gone.set(i);
            }
        }
        return gone;
    }

    @Override
    public void close() {
        closed = true;
    }
}
