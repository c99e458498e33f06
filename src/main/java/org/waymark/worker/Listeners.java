package org.waymark.worker;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.waymark.host.ListeningSockets;
import org.waymark.linux.Endpoint;
import org.waymark.linux.LinuxException;
import org.waymark.linux.Socket;
import org.waymark.listener.ConnectionLimits;
import org.waymark.listener.QueryGate;
import org.waymark.listener.TcpLimits;
import org.waymark.listener.TcpListener;
import org.waymark.listener.UdpListener;
import org.waymark.loop.NettyLoop;
import org.waymark.marks.MarkSource;

/**
 * The listeners of one worker: those of its addresses, and those that were retired and still have queries or connections. All of this runs
 * on the worker's event loop.
 */
final class Listeners {
    private final NettyLoop loop;
    private final ConnectionLimits connections;
    private final List<UdpListener> udp = new ArrayList<>();
    private final List<TcpListener> tcp = new ArrayList<>();
    private final List<UdpListener> retiredUdp = new ArrayList<>();
    private final List<TcpListener> retiredTcp = new ArrayList<>();
    private QueryGate gate;
    private TcpLimits limits;

    Listeners(NettyLoop loop, ConnectionLimits connections, QueryGate gate, TcpLimits limits) {
        this.loop = loop;
        this.connections = connections;
        this.gate = gate;
        this.limits = limits;
    }

    /**
     * Serves more addresses.
     *
     * @param sockets they belong to this from now on, also if it fails
     * @throws LinuxException if the kernel does not let the loop watch a socket; none of the addresses is served then
     */
    void add(ListeningSockets sockets) throws LinuxException {
        List<UdpListener> newUdp = new ArrayList<>();
        List<TcpListener> newTcp = new ArrayList<>();
        try {
            for (Socket socket : sockets.udp()) {
                newUdp.add(new UdpListener(loop, socket, gate, sockets.foreign().contains(socket)));
            }
            for (Socket socket : sockets.tcp()) {
                newTcp.add(new TcpListener(loop, socket, gate, connections, limits));
            }
        } catch (LinuxException e) {
            newUdp.forEach(UdpListener::close);
            newTcp.forEach(TcpListener::close);
            sockets.udp().stream().skip(newUdp.size()).forEach(Socket::close);
            sockets.tcp().stream().skip(newTcp.size()).forEach(Socket::close);
            throw e;
        }
        udp.addAll(newUdp);
        tcp.addAll(newTcp);
    }

    /** Hands queries to another gate, and replaces the limits, from now on. */
    void adopt(QueryGate next, TcpLimits replacing) throws LinuxException {
        gate = next;
        limits = replacing;
        for (UdpListener listener : udp) {
            listener.adopt(next);
        }
        tcp.forEach(listener -> listener.adopt(next, replacing));
        retiredTcp.forEach(listener -> listener.adopt(next, replacing));
    }

    /** Serves no more addresses but those that are wanted. What has come by now is still taken. */
    void retireAllBut(Predicate<Endpoint> wanted) {
        for (UdpListener listener : List.copyOf(udp)) {
            if (!wanted.test(listener.bound())) {
                listener.retire();
                udp.remove(listener);
                retiredUdp.add(listener);
            }
        }
        for (TcpListener listener : List.copyOf(tcp)) {
            if (!wanted.test(listener.bound())) {
                listener.retire();
                tcp.remove(listener);
                retiredTcp.add(listener);
            }
        }
    }

    /** Closes the retired ones that have nothing left to do. */
    void sweep() {
        for (UdpListener listener : List.copyOf(retiredUdp)) {
            if (listener.isOver()) {
                listener.close();
                retiredUdp.remove(listener);
            }
        }
        for (TcpListener listener : List.copyOf(retiredTcp)) {
            if (listener.isOver()) {
                listener.close();
                retiredTcp.remove(listener);
            }
        }
    }

    /** The addresses of all of them. */
    Set<Endpoint> addresses() {
        Set<Endpoint> addresses = new HashSet<>();
        udp.forEach(listener -> addresses.add(listener.bound()));
        retiredUdp.forEach(listener -> addresses.add(listener.bound()));
        tcp.forEach(listener -> addresses.add(listener.bound()));
        retiredTcp.forEach(listener -> addresses.add(listener.bound()));
        return addresses;
    }

    /** Whether the marks of a client's connection come from there. */
    boolean use(MarkSource marks) {
        return tcp.stream().anyMatch(listener -> listener.uses(marks))
                || retiredTcp.stream().anyMatch(listener -> listener.uses(marks));
    }

    /** The sockets that are served, without those that are retired. */
    ListeningSockets sockets() {
        return new ListeningSockets(
                udp.stream().map(UdpListener::socket).toList(),
                tcp.stream().map(TcpListener::socket).toList(),
                Set.of());
    }

    /** Takes no more queries; pending ones go on. What waits in the sockets may be left to another process. */
    void drain(boolean leavesWaiting) {
        udp.forEach(listener -> listener.drain(leavesWaiting));
        tcp.forEach(TcpListener::drain);
        retiredTcp.forEach(TcpListener::drain);
    }

    void close() {
        udp.forEach(UdpListener::close);
        retiredUdp.forEach(UdpListener::close);
        tcp.forEach(TcpListener::close);
        retiredTcp.forEach(TcpListener::close);
    }
}
