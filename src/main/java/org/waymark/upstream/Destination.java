package org.waymark.upstream;

import io.netty.util.collection.IntObjectHashMap;
import java.util.Iterator;
import org.waymark.linux.Endpoint;

/** A server as one worker reaches it: the sockets and connections to it, by mark. */
public final class Destination {
    /** Above this a further source port makes forgery harder, and answers are spread over more receive buffers. */
    private static final int BUSY_SOCKET = 32;

    /** A server answers this many from one connection without keeping the last one waiting long. */
    private static final int BUSY_CONNECTION = 128;

    /** How many marks with no socket are remembered, with how the server does for them. */
    private static final int MOST_WITHOUT_SOCKETS = 4_096;

    private final Upstreams upstreams;
    private final Shared shared;
    private final ServerState state;
    private final Endpoint endpoint;
    private final IntObjectHashMap<MarkedPool> udp = new IntObjectHashMap<>();
    private final IntObjectHashMap<MarkedPool> tcp = new IntObjectHashMap<>();

    Destination(Upstreams upstreams, Shared shared, ServerState state) {
        this.upstreams = upstreams;
        this.shared = shared;
        this.state = state;
        this.endpoint = Endpoint.of(state.server().address());
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
     * @param exchange the question; it is on no server now
     * @param overTcp whether it must not go over UDP
     * @return null, or why it was not sent; {@link Exchange#failed} is not called then
     */
    public Failure send(Exchange exchange, boolean overTcp) {
        long now = shared.loop().nanoTime();
        if (shared.isFull()) {
            upstreams.makeRoom(now);
        }
        try {
            MarkedPool pool = pool(exchange.mark(), overTcp);
            Carrier carrier = exchange.isTransfer()
                    ? TransferCarrier.open(
                            shared,
                            pool.health,
                            endpoint,
                            exchange,
                            state.server().tls())
                    : pool.choose(now);
            upstreams.send(carrier, exchange, now);
            return null;
        } catch (CannotOpenException e) {
            return e.failure();
        }
    }

    /**
     * Sends a copy of a question if it is time to see how this server does: because it is down, or because its round-trip
     * time was not measured for long. Nobody waits for the answer.
     *
     * @param exchange the question, which stays where it is
     * @param overTcp whether it must not go over UDP
     */
    public void probe(Exchange exchange, boolean overTcp) {
        long now = shared.loop().nanoTime();
        MarkedPool pool = pool(exchange.mark(), overTcp);
        if (pool.health.takeProbe(now)) {
            try {
                Probe.send(upstreams, shared, pool.choose(now), exchange, now);
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

    private MarkedPool pool(int mark, boolean overTcp) {
        boolean asTcp = overTcp || state.server().tcpOnly();
        IntObjectHashMap<MarkedPool> pools = asTcp ? tcp : udp;
        MarkedPool pool = pools.get(mark);
        if (pool == null) {
            pool = asTcp ? tcpPool(mark) : udpPool(mark);
            pools.put(mark, pool);
        }
        return pool;
    }

    private MarkedPool udpPool(int mark) {
        Health health = new Health(state, mark, shared.loop().nanoTime());
        return new MarkedPool(shared, health, BUSY_SOCKET, own -> UdpCarrier.open(shared, health, endpoint, mark));
    }

    private MarkedPool tcpPool(int mark) {
        Health health = new Health(state, mark, shared.loop().nanoTime());
        TlsClient tls = state.server().tls();
        return new MarkedPool(
                shared,
                health,
                BUSY_CONNECTION,
                own -> TcpCarrier.open(shared, health, endpoint, mark, tls, own::ended));
    }

    void sweep(long nowNanos, boolean socketsAreShort) {
        sweep(udp, nowNanos, socketsAreShort);
        sweep(tcp, nowNanos, socketsAreShort);
    }

    private static void sweep(IntObjectHashMap<MarkedPool> pools, long nowNanos, boolean socketsAreShort) {
        boolean areMany = pools.size() > MOST_WITHOUT_SOCKETS;
        for (Iterator<MarkedPool> each = pools.values().iterator(); each.hasNext(); ) {
            MarkedPool pool = each.next();
            pool.sweep(nowNanos, socketsAreShort);
            if (pool.isEmpty() && (areMany || pool.health.isForgettable(nowNanos))) {
                pool.close();
                each.remove();
            }
        }
    }

    /** Whether there is no socket nor connection to the server. */
    boolean isIdle() {
        return udp.isEmpty() && tcp.isEmpty();
    }

    void close() {
        udp.values().forEach(MarkedPool::close);
        tcp.values().forEach(MarkedPool::close);
    }

    @Override
    public String toString() {
        return state.server().toString();
    }
}
