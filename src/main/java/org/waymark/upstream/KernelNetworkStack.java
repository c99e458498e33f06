package org.waymark.upstream;

import io.netty.channel.ChannelException;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.Errors.NativeIoException;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.waymark.conntrack.ConnectionRemoval;
import org.waymark.conntrack.MarkLookup;
import org.waymark.conntrack.TransportProtocol;
import org.waymark.linux.Endpoint;
import org.waymark.linux.LinuxException;
import org.waymark.linux.ReceiveBatch;
import org.waymark.linux.SendBatch;
import org.waymark.linux.Socket;
import org.waymark.loop.NettyLoop;

/** The kernel of this host. */
public final class KernelNetworkStack implements NetworkStack {
    private static final int MOST_RECEIVED = 64;

    private final NettyLoop loop;
    private Memory memory;

    /** For the datagrams of one socket at a time. */
    private final ReceiveBatch received = ReceiveBatch.ofConnected(MOST_RECEIVED);

    private final SendBatch toSend = new SendBatch(MOST_SENT);

    /** What conntrack remembers of connections to servers. */
    public record Memory(MarkLookup lookup, ConnectionRemoval removal) implements AutoCloseable {
        /**
         * @param zones the conntrack zones in which the connections to servers are; 0 is the default zone
         * @param formerZones those in which there may be older ones, which are removed there, too
         * @return access to it, to be closed
         * @throws LinuxException EPROTONOSUPPORT if the kernel has no netfilter netlink
         */
        public static Memory open(int[] zones, int... formerZones) throws LinuxException {
            int[] all = IntStream.concat(IntStream.of(zones), IntStream.of(formerZones))
                    .distinct()
                    .toArray();
            MarkLookup lookup = MarkLookup.open(zones);
            try {
                return new Memory(lookup, ConnectionRemoval.open(all));
            } catch (LinuxException e) {
                lookup.close();
                throw e;
            }
        }

        @Override
        public void close() {
            lookup.close();
            removal.close();
        }
    }

    /**
     * The network of this process's namespace.
     *
     * @param loop the worker's loop
     * @param memory what conntrack remembers; it is closed together with this
     */
    public KernelNetworkStack(NettyLoop loop, Memory memory) {
        this.loop = loop;
        this.memory = memory;
    }

    /**
     * Asks conntrack in other zones from now on.
     *
     * @param other takes the place of the present one, which is closed
     */
    public void memory(Memory other) {
        memory.close();
        memory = other;
    }

    @Override
    public UdpSocket udp(Endpoint server, int mark) throws LinuxException {
        Socket socket = Socket.udpFor(server);
        try {
            prepare(socket, server, mark);
            return new KernelUdpSocket(loop, socket, received, toSend);
        } catch (LinuxException e) {
            socket.close();
            throw e;
        }
    }

    @Override
    public TcpSocket tcp(Endpoint server, int mark) throws LinuxException {
        EpollSocketChannel channel;
        try {
            channel = new EpollSocketChannel();
        } catch (ChannelException e) {
            throw LinuxException.of("socket", (NativeIoException) e.getCause());
        }
        try {
            prepare(Socket.of(channel.fd().intValue()), server, mark);
            return new NettyTcpSocket(loop, channel);
        } catch (LinuxException e) {
            channel.unsafe().closeForcibly();
            throw e;
        }
    }

    /** Route and source address are chosen by the mark, so it comes first. */
    private static void prepare(Socket socket, Endpoint server, int mark) throws LinuxException {
        socket.mark(mark);
        if (!server.isIpv4()) {
            // Or else the port would have to be free over IPv4, too.
            socket.ipv6Only(true);
        }
    }

    @Override
    public Endpoint sourceAddress(Endpoint server, int mark) throws LinuxException {
        try (Socket probe = Socket.udpFor(server)) {
            probe.mark(mark);
            probe.connect(server);
            return probe.local();
        }
    }

    @Override
    public Runnable take(TransportProtocol protocol, Endpoint local) {
        Socket socket = null;
        try {
            socket = protocol == TransportProtocol.TCP ? Socket.tcp() : Socket.udpFor(local);
            socket.ipv6Only(!local.isIpv4());
            socket.bind(local);
            return socket::close;
        } catch (LinuxException e) {
            // Whatever it is, it may be otherwise the next time.
            if (socket != null) {
                socket.close();
            }
            return null;
        }
    }

    @Override
    public long rememberedMark(Connection connection) {
        return memory.lookup().markOf(connection.protocol(), connection.source(), connection.server());
    }

    @Override
    public long markOfSent(Connection connection) {
        return memory.lookup().markIfBegunAt(true, connection.protocol(), connection.source(), connection.server());
    }

    @Override
    public BitSet forget(List<Connection> connections) {
        ConnectionRemoval removal = memory.removal();
        removal.clear();
        for (Connection connection : connections) {
            removal.add(connection.protocol(), connection.source(), connection.server());
        }
        removal.run();
        BitSet gone = new BitSet();
        for (int i = 0; i < connections.size(); i++) {
            gone.set(i, removal.isGone(i));
        }
        return gone;
    }

    @Override
    public void close() {
        received.close();
        toSend.close();
        memory.close();
    }
}
