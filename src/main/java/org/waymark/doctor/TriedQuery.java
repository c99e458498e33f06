package org.waymark.doctor;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.waymark.conntrack.ConnectionDump;
import org.waymark.conntrack.MarkChange;
import org.waymark.conntrack.MarkLookup;
import org.waymark.conntrack.TransportProtocol;
import org.waymark.linux.Endpoint;
import org.waymark.linux.Errno;
import org.waymark.linux.LinuxException;
import org.waymark.linux.NetworkNamespace;
import org.waymark.linux.ReceiveBatch;
import org.waymark.linux.SendBatch;
import org.waymark.linux.Socket;
import org.waymark.mark.ConnectionMark;
import org.waymark.programs.IpVersion;

/**
 * What became of a client's packets in a {@link Rehearsal}: a query, its answer, and another query after somebody, such as a portal, has
 * changed the mark of the connection. Marks are coded as {@link ConnectionMark} does.
 *
 * @param client the client
 * @param arrived whether the first query reached Waymark's port
 * @param packet the mark of the first query's packet when it arrived
 * @param connection the mark that its connection had then
 * @param zone the zone of its connection, if it is not a configured one; negative if there is none
 * @param afterAnswer the mark of the connection after the answer had left
 * @param nextPacket the mark of the second query's packet; {@link ReceiveBatch#NO_MARK} if it did not arrive
 * @param afterNext the mark of the connection after the second query
 * @param overTcp the mark of a connection over TCP; {@link #NOT_CONNECTED} if there is none
 */
record TriedQuery(
        TriedClient client,
        boolean arrived,
        long packet,
        long connection,
        int zone,
        long afterAnswer,
        long nextPacket,
        long afterNext,
        long overTcp) {
    /** What {@link #overTcp} is if the client can't connect. */
    static final long NOT_CONNECTED = -3;

    /** The mark to which the connection's is changed; nobody else's rules give it. */
    static final int CHANGED = 0x5a17_c3e9;

    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(400);

    /** So that the kernel can send a lost SYN again, after a second. */
    private static final long TCP_PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(1_400);

    private static final long LOOK_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

    /**
     * What all tries have in common.
     *
     * @param asked the port that clients ask
     * @param listening Waymark's port
     * @param zones the configured conntrack zones of clients' connections
     */
    record Stage(int asked, int listening, List<Integer> zones) {
        int[] zoneArray() {
            return zones.stream().mapToInt(zone -> zone).toArray();
        }
    }

    IpVersion version() {
        return IpVersion.of(client.address());
    }

    static TriedQuery of(TriedClient client, Stage stage, NetworkNamespace host, NetworkNamespace clients)
            throws LinuxException {
        try (Socket server = host.in(() -> server(stage.listening()));
                Socket asking = clients.in(() -> asking(client, stage.asked()));
                MarkLookup lookup = host.in(() -> MarkLookup.open(stage.zoneArray()));
                ReceiveBatch received = new ReceiveBatch(1);
                SendBatch batch = new SendBatch(1)) {
            return new Try(client, stage, server, asking, lookup, received, batch).run(host, clients);
        }
    }

    /** Like Waymark's own on a wildcard. */
    private static Socket server(int port) throws LinuxException {
        Socket socket = Socket.udp();
        socket.ipv6Only(false);
        socket.receiveLocalAddress();
        socket.receiveMark(true);
        Endpoint any = new Endpoint();
        any.port(port);
        socket.bind(any);
        return socket;
    }

    private static Socket streamServer(int port) throws LinuxException {
        Socket socket = Socket.tcp();
        socket.ipv6Only(false);
        Endpoint any = new Endpoint();
        any.port(port);
        socket.bind(any);
        socket.listen(1);
        return socket;
    }

    /** Connects over TCP, and finds the connection's mark. */
    private static long overTcp(TriedClient client, Stage stage, NetworkNamespace host, NetworkNamespace clients)
            throws LinuxException {
        Endpoint asked = Endpoint.of(new InetSocketAddress(client.asked(), stage.asked()));
        try (Socket listening = host.in(() -> streamServer(stage.listening()));
                Socket asking = clients.in(Socket::tcp)) {
            asking.bind(Endpoint.of(new InetSocketAddress(client.address(), 0)));
            long start = System.nanoTime();
            while (!Handshake.isDone(asking, asked)) {
                if (System.nanoTime() - start > TCP_PATIENCE_NANOS) {
                    return NOT_CONNECTED;
                }
                LockSupport.parkNanos(LOOK_NANOS);
            }
            Endpoint from = asking.local();
            long[] found = {ConnectionMark.NO_ENTRY};
            host.in(() -> {
                ConnectionDump.show(each -> {
                    if (each.protocol() == TransportProtocol.TCP
                            && each.source().equals(from)) {
                        found[0] = ConnectionMark.known(each.mark());
                    }
                });
                return listening.fd();
            });
            return found[0];
        } catch (LinuxException refused) {
            return NOT_CONNECTED;
        }
    }

    private static Socket asking(TriedClient client, int port) throws LinuxException {
        Endpoint from = Endpoint.of(new InetSocketAddress(client.address(), 0));
        Socket socket = Socket.udpFor(from);
        socket.bind(from);
        socket.connect(Endpoint.of(new InetSocketAddress(client.asked(), port)));
        return socket;
    }

    /** One try with its sockets. */
    private record Try(
            TriedClient client,
            Stage stage,
            Socket server,
            Socket asking,
            MarkLookup lookup,
            ReceiveBatch received,
            SendBatch batch) {
        private static final byte[] SOMETHING = new byte[12];

        TriedQuery run(NetworkNamespace host, NetworkNamespace clients) throws LinuxException {
            if (!arrives()) {
                return new TriedQuery(
                        client,
                        false,
                        ReceiveBatch.NO_MARK,
                        ConnectionMark.NO_ENTRY,
                        Observation.NO_ZONE,
                        ConnectionMark.NO_ENTRY,
                        ReceiveBatch.NO_MARK,
                        ConnectionMark.NO_ENTRY,
                        NOT_CONNECTED);
            }
            Endpoint peer = new Endpoint();
            received.peer(0, peer);
            Endpoint local = new Endpoint();
            local.port(stage.listening());
            received.local(0, local);
            long packet = received.mark(0);
            long connection = mark(local, peer);
            int zone = ConnectionMark.isKnown(connection) ? Observation.NO_ZONE : host.in(() -> zoneOf(peer));
            batch.add(ByteBuffer.wrap(SOMETHING), 0, SOMETHING.length, peer, local, 0);
            batch.send(server, (index, errno) -> {});
            long afterAnswer = mark(local, peer);
            if (ConnectionMark.isKnown(connection)) {
                change(host, local, peer);
            }
            long nextPacket = arrives() ? received.mark(0) : ReceiveBatch.NO_MARK;
            return new TriedQuery(
                    client,
                    true,
                    packet,
                    connection,
                    zone,
                    afterAnswer,
                    nextPacket,
                    mark(local, peer),
                    TriedQuery.overTcp(client, stage, host, clients));
        }

        /** Sends a query until it comes out at Waymark's port, twice at most: the first packet may be lost while neighbours are found. */
        private boolean arrives() throws LinuxException {
            boolean arrived = arrivesOnce();
            return arrived || arrivesOnce();
        }

        private boolean arrivesOnce() throws LinuxException {
            batch.add(ByteBuffer.wrap(SOMETHING), 0, SOMETHING.length);
            batch.send(asking, (index, errno) -> {});
            long start = System.nanoTime();
            while (received.receive(server) == 0) {
                if (System.nanoTime() - start > PATIENCE_NANOS) {
                    return false;
                }
                LockSupport.parkNanos(LOOK_NANOS);
            }
            return true;
        }

        private long mark(Endpoint local, Endpoint peer) {
            return lookup.markOf(TransportProtocol.UDP, local, peer);
        }

        /** In whichever zone the connection is. */
        private void change(NetworkNamespace host, Endpoint local, Endpoint peer) throws LinuxException {
            for (int zone : stage.zones()) {
                try {
                    host.in(() -> {
                        MarkChange.set(TransportProtocol.UDP, local, peer, zone, CHANGED);
                        return zone;
                    });
                } catch (LinuxException e) {
                    if (!e.errno().equals(Errno.ENOENT)) {
                        throw e;
                    }
                }
            }
        }

        private static int zoneOf(Endpoint peer) throws LinuxException {
            int[] found = {Observation.NO_ZONE};
            ConnectionDump.show(each -> {
                if (each.source().equals(peer)) {
                    found[0] = each.replyZone();
                }
            });
            return found[0];
        }
    }
}
