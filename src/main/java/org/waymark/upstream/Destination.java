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

    private final Upstreams upstreams;
    private final Shared shared;
    private final Server server;
    private final Endpoint endpoint;
    private final IntObjectHashMap<MarkedPool> udp = new IntObjectHashMap<>();
    private final IntObjectHashMap<MarkedPool> tcp = new IntObjectHashMap<>();

    Destination(Upstreams upstreams, Shared shared, Server server) {
        this.upstreams = upstreams;
        this.shared = shared;
        this.server = server;
        this.endpoint = Endpoint.of(server.address());
    }

    /**
     * Sends a question, at the end of the event loop's turn, on a socket that carries its mark.
     *
     * @param exchange the question; it is on no server now
     * @param overTcp whether it must not go over UDP
     * @return null, or why it was not sent; {@link Exchange#failed} is not called then
     */
    public Failure send(Exchange exchange, boolean overTcp) {
        long now = System.nanoTime();
        if (shared.isFull()) {
            upstreams.makeRoom(now);
        }
        try {
            MarkedPool pool = overTcp || server.tcpOnly() ? tcpPool(exchange.mark()) : udpPool(exchange.mark());
            Carrier carrier = pool.choose(now);
            upstreams.send(carrier, exchange);
            return null;
        } catch (CannotOpenException e) {
            return e.failure();
        }
    }

    private MarkedPool udpPool(int mark) {
        MarkedPool pool = udp.get(mark);
        if (pool == null) {
            pool = new MarkedPool(shared, BUSY_SOCKET, own -> UdpCarrier.open(shared, endpoint, mark));
            udp.put(mark, pool);
        }
        return pool;
    }

    private MarkedPool tcpPool(int mark) {
        MarkedPool pool = tcp.get(mark);
        if (pool == null) {
            pool = new MarkedPool(shared, BUSY_CONNECTION, own -> TcpCarrier.open(shared, endpoint, mark, own::ended));
            tcp.put(mark, pool);
        }
        return pool;
    }

    void sweep(long nowNanos, boolean socketsAreShort) {
        sweep(udp, nowNanos, socketsAreShort);
        sweep(tcp, nowNanos, socketsAreShort);
    }

    private static void sweep(IntObjectHashMap<MarkedPool> pools, long nowNanos, boolean socketsAreShort) {
        for (Iterator<MarkedPool> each = pools.values().iterator(); each.hasNext(); ) {
            MarkedPool pool = each.next();
            pool.sweep(nowNanos, socketsAreShort);
            if (pool.isEmpty()) {
                each.remove();
            }
        }
    }

    void close() {
        udp.values().forEach(MarkedPool::close);
        tcp.values().forEach(MarkedPool::close);
    }

    @Override
    public String toString() {
        return server.toString();
    }
}
