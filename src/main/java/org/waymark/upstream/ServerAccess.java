package org.waymark.upstream;

import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import java.util.Iterator;
import java.util.List;
import org.waymark.linux.Endpoint;
import org.waymark.metrics.ServerCounts;

/** A server as one worker reaches it: the sockets and connections to it, by mark. */
public final class ServerAccess {
    /** Above this a further source port makes forgery harder, and answers are spread over more receive buffers. */
    private static final int BUSY_SOCKET = 32;

    /** A server answers this many from one connection without keeping the last one waiting long. */
    private static final int BUSY_CONNECTION = 128;

    /** How many marks with no socket are remembered, with how the server does for them. */
    private static final int MOST_WITHOUT_SOCKETS = 4_096;

    private final UpstreamSockets upstreams;
    private final WorkerResources resources;
    private final ServerState state;
    private final ServerCounts counts;
    private final Endpoint endpoint;
    private final IntObjectHashMap<SocketPool> udp = new IntObjectHashMap<>();
    private final IntObjectHashMap<SocketPool> tcp = new IntObjectHashMap<>();

    ServerAccess(UpstreamSockets upstreams, WorkerResources resources, ServerState state) {
        this.upstreams = upstreams;
        this.resources = resources;
        this.state = state;
        this.counts = state.countsOf(resources.counters());
        this.endpoint = state.endpoint();
    }

    /**
     * @return the server, and how it does
     */
    public ServerState state() {
        return state;
    }

    /**
     * Sends a question, at the end of the event loop's turn, on a socket that carries its mark.
     *
     * @param query the question; it is on no server now
     * @param overTcp whether it must not go over UDP
     * @return null, or why it was not sent; {@link UpstreamQuery#failed} is not called then
     */
    public Failure send(UpstreamQuery query, boolean overTcp) {
        long now = resources.loop().nanoTime();
        if (resources.isFull()) {
            upstreams.makeRoom(now);
        }
        try {
            SocketPool pool = pool(query.mark(), overTcp);
            UpstreamSocket socket = query.isTransfer()
                    ? TransferSocket.open(
                            resources,
                            pool.health,
                            endpoint,
                            query,
                            state.server().tls())
                    : pool.choose(now);
            upstreams.send(socket, query, now);
            return null;
        } catch (CannotOpenException e) {
            return e.failure();
        }
    }

    /**
     * Sends a copy of a question if it is time to see how this server does: because it is down, or because its round-trip
     * time was not measured for long. Nobody waits for the answer.
     *
     * @param query the question, which stays where it is
     * @param overTcp whether it must not go over UDP
     */
    public void probe(UpstreamQuery query, boolean overTcp) {
        long now = resources.loop().nanoTime();
        SocketPool pool = pool(query.mark(), overTcp);
        if (pool.health.takeProbe(now)) {
            try {
                Probe.send(upstreams, resources, pool.choose(now), query, now);
            } catch (CannotOpenException stillDown) {
                pool.health.used(now);
            }
        }
    }

    /**
     * @param mark a question's mark
     * @param overTcp whether it must not go over UDP
     * @return whether the server has not answered questions like it lately
     */
    public boolean isDown(int mark, boolean overTcp) {
        return pool(mark, overTcp).health.isDown();
    }

    /**
     * @param mark a question's mark
     * @param overTcp whether it must not go over UDP
     * @return the smoothed round-trip time in nanoseconds; 0 if none was measured
     */
    public long roundTripNanos(int mark, boolean overTcp) {
        return pool(mark, overTcp).health.roundTripNanos();
    }

    /**
     * @param mark a question's mark
     * @param overTcp whether it must not go over UDP
     * @param boundNanos the most that it may be
     * @return how long to wait for an answer before another server is asked, in nanoseconds
     */
    public long patienceNanos(int mark, boolean overTcp, long boundNanos) {
        return pool(mark, overTcp).health.patienceNanos(boundNanos);
    }

    private SocketPool pool(int mark, boolean overTcp) {
        boolean asTcp = overTcp || state.server().tcpOnly();
        IntObjectHashMap<SocketPool> pools = asTcp ? tcp : udp;
        SocketPool pool = pools.get(mark);
        if (pool == null) {
            pool = asTcp ? tcpPool(mark) : udpPool(mark);
            pools.put(mark, pool);
        }
        return pool;
    }

    private SocketPool udpPool(int mark) {
        Health health = new Health(state, mark, counts, resources.loop().nanoTime());
        return new SocketPool(
                resources, health, BUSY_SOCKET, own -> UdpUpstreamSocket.open(resources, health, endpoint, mark));
    }

    private SocketPool tcpPool(int mark) {
        Health health = new Health(state, mark, counts, resources.loop().nanoTime());
        TlsClient tls = state.server().tls();
        return new SocketPool(
                resources,
                health,
                BUSY_CONNECTION,
                own -> TcpUpstreamSocket.open(resources, health, endpoint, mark, tls, own::ended));
    }

    void sweep(long nowNanos, boolean socketsAreShort) {
        sweep(udp, nowNanos, socketsAreShort);
        sweep(tcp, nowNanos, socketsAreShort);
    }

    private static void sweep(IntObjectHashMap<SocketPool> pools, long nowNanos, boolean socketsAreShort) {
        boolean areMany = pools.size() > MOST_WITHOUT_SOCKETS;
        for (Iterator<SocketPool> each = pools.values().iterator(); each.hasNext(); ) {
            SocketPool pool = each.next();
            pool.sweep(nowNanos, socketsAreShort);
            if (pool.isEmpty() && (areMany || pool.health.isForgettable(nowNanos))) {
                pool.close();
                each.remove();
            }
        }
    }

    /** Closes the sockets that nothing is open on, and forgets how the server does. */
    Forgotten forget(long nowNanos) {
        return forget(udp, nowNanos).plus(forget(tcp, nowNanos));
    }

    private static Forgotten forget(IntObjectHashMap<SocketPool> pools, long nowNanos) {
        Forgotten forgotten = Forgotten.NOTHING;
        for (Iterator<SocketPool> each = pools.values().iterator(); each.hasNext(); ) {
            SocketPool pool = each.next();
            forgotten = forgotten.plus(pool.forget(nowNanos));
            if (pool.isEmpty()) {
                pool.close();
                each.remove();
            }
        }
        return forgotten;
    }

    /** Adds the ways to the server to a list, as long as it is not longer than this. */
    void addPathsTo(List<ServerPath> list, int most) {
        addPathsTo(list, most, udp, false);
        addPathsTo(list, most, tcp, true);
    }

    private void addPathsTo(List<ServerPath> list, int most, IntObjectHashMap<SocketPool> pools, boolean overTcp) {
        for (IntObjectMap.PrimitiveEntry<SocketPool> each : pools.entries()) {
            if (list.size() >= most) {
                return;
            }
            Health health = each.value().health;
            list.add(new ServerPath(state, each.key(), overTcp, health.isDown(), health.roundTripNanos()));
        }
    }

    int bitsOfMarks() {
        return bitsOfMarks(udp) | bitsOfMarks(tcp);
    }

    private static int bitsOfMarks(IntObjectHashMap<SocketPool> pools) {
        int bits = 0;
        for (IntObjectMap.PrimitiveEntry<SocketPool> pool : pools.entries()) {
            bits |= pool.value().isEmpty() ? 0 : pool.key();
        }
        return bits;
    }

    /** Whether there is neither a socket nor a connection to the server. */
    boolean isIdle() {
        return udp.isEmpty() && tcp.isEmpty();
    }

    void close() {
        udp.values().forEach(SocketPool::close);
        tcp.values().forEach(SocketPool::close);
    }

    @Override
    public String toString() {
        return state.server().toString();
    }
}
