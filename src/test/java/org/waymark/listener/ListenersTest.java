package org.waymark.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.waymark.dns.QueryReader;
import org.waymark.dns.WireMessage;
import org.waymark.forward.QueryEndings;
import org.waymark.forward.QueryObserver;
import org.waymark.linux.Endpoint;
import org.waymark.linux.Errno;
import org.waymark.linux.LinuxException;
import org.waymark.linux.ReceiveBatch;
import org.waymark.linux.Socket;
import org.waymark.loop.NettyLoop;
import org.waymark.mark.ConnectionMark;
import org.waymark.marks.ClientDatagram;
import org.waymark.marks.MarkSource;
import org.waymark.marks.StreamMark;
import org.waymark.metrics.Count;
import org.waymark.metrics.Counters;

/** The listeners with real sockets, on loopback; whatever they are sent here they answer by themselves. */
class ListenersTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final byte[] NO_MESSAGE = new byte[1];
    private static final byte[] MALFORMED = HexFormat.of().parseHex("123401000001000000000000" + "0765");

    private final IoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final NettyLoop loop = new NettyLoop(loops.next());
    private final Counters counters = new Counters();
    private final Marks marks = new Marks();

    /** Knows none, and counts how often it was asked for one. */
    private static final class Marks implements MarkSource {
        final AtomicInteger asked = new AtomicInteger();
        final AtomicInteger lookedUp = new AtomicInteger();

        @Override
        public void prepare(Socket udp) {}

        @Override
        public void mark(List<ClientDatagram> burst, ReceiveBatch received) {
            asked.addAndGet(burst.size());
            burst.forEach(datagram -> datagram.connectionMark(ConnectionMark.UNAVAILABLE));
        }

        @Override
        public void lookUp(List<ClientDatagram> burst) {
            lookedUp.addAndGet(burst.size());
            burst.forEach(datagram -> datagram.connectionMark(ConnectionMark.UNAVAILABLE));
        }

        @Override
        public StreamMark ofConnection(int acceptedMark, Endpoint local, Endpoint peer) {
            return new StreamMark() {
                @Override
                public long now() {
                    asked.incrementAndGet();
                    return ConnectionMark.UNAVAILABLE;
                }

                @Override
                public Runnable answering(long connectionMark) {
                    return null;
                }
            };
        }

        @Override
        public Runnable answering(ClientDatagram datagram, long connectionMark) {
            return null;
        }

        @Override
        public void tick() {}

        @Override
        public Errno lastError() {
            return null;
        }

        @Override
        public void close() {}
    }

    @AfterEach
    void end() {
        loops.shutdownGracefully(0, 0, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    /** More than it reads in one go; nothing is read before, since the event loop is busy with the test. */
    @Test
    void whatWaitsWhenItStopsIsRead() throws Exception {
        int waiting = 400;
        onLoop(() -> {
            Socket socket = bound(Socket.udpFor(Endpoint.of(new InetSocketAddress(LOOPBACK, 0))));
            socket.receiveBuffer(1 << 20);
            try (UdpListener listener = new UdpListener(loop, socket, gate(true, false), false);
                    DatagramSocket client = new DatagramSocket()) {
                client.connect(socket.local().toSocketAddress());
                for (int i = 0; i < waiting; i++) {
                    client.send(new DatagramPacket(NO_MESSAGE, NO_MESSAGE.length));
                }
                listener.drain(false);
            }
            return null;
        });
        assertEquals(waiting, counters.get(Count.UDP_IPV4_QUERIES));
    }

    /** They may mean something else; so may those of packets that are on their way at that moment. */
    @Test
    void marksOfWhatHasComeToAnInheritedSocketAreLookedUpAtFirst() throws Exception {
        Socket socket = bound(Socket.udpFor(Endpoint.of(new InetSocketAddress(LOOPBACK, 0))));
        try (DatagramSocket client = new DatagramSocket()) {
            client.connect(socket.local().toSocketAddress());
            client.setSoTimeout((int) PATIENCE.toMillis());
            client.send(new DatagramPacket(MALFORMED, MALFORMED.length));
            UdpListener listener = onLoop(() -> new UdpListener(loop, socket, gate(true, true), true));
            client.receive(new DatagramPacket(new byte[512], 512));
            assertEquals(1, marks.lookedUp.get());
            assertEquals(0, marks.asked.get());
            for (long start = System.nanoTime(); marks.asked.get() == 0; ) {
                client.send(new DatagramPacket(MALFORMED, MALFORMED.length));
                client.receive(new DatagramPacket(new byte[512], 512));
                assertTrue(System.nanoTime() - start < PATIENCE.toNanos(), "marks are still looked up");
            }
            onLoop(() -> {
                listener.close();
                return null;
            });
        }
    }

    @Test
    void retiredUdpListenerTakesWhatHasComeAndNothingMore() throws Exception {
        Socket socket = bound(Socket.udpFor(Endpoint.of(new InetSocketAddress(LOOPBACK, 0))));
        UdpListener listener = onLoop(() -> new UdpListener(loop, socket, gate(true, false), false));
        try (DatagramSocket client = new DatagramSocket()) {
            client.connect(socket.local().toSocketAddress());
            client.setSoTimeout((int) PATIENCE.toMillis());
            onLoop(() -> {
                client.send(new DatagramPacket(MALFORMED, MALFORMED.length));
                listener.retire();
                assertFalse(listener.isOver());
                return null;
            });
            client.receive(new DatagramPacket(new byte[512], 512));
            assertTrue(onLoop(listener::isOver));
            client.send(new DatagramPacket(MALFORMED, MALFORMED.length));
            assertThrows(PortUnreachableException.class, () -> client.receive(new DatagramPacket(new byte[512], 512)));
        }
        onLoop(() -> {
            listener.close();
            return null;
        });
        assertEquals(1, counters.get(Count.FORMAT_ERRORS));
    }

    /** The connection waits to be accepted when the listener is retired, because the event loop is busy. */
    @Test
    void retiredTcpListenerServesConnectionsThatHaveBegunAndTakesNoMore() throws Exception {
        Socket socket = bound(Socket.tcp());
        socket.listen(1);
        InetSocketAddress address = socket.local().toSocketAddress();
        TcpLimits limits = new TcpLimits(PATIENCE, 1, 1 << 16, new UnsentAnswers.Total(1 << 16));
        TcpListener listener =
                onLoop(() -> new TcpListener(loop, socket, gate(true, false), new ConnectionLimits(1, 1), limits));
        java.net.Socket client = onLoop(() -> {
            java.net.Socket waiting = new java.net.Socket(address.getAddress(), address.getPort());
            listener.retire();
            return waiting;
        });
        try (client) {
            assertThrows(
                    ConnectException.class, () -> new java.net.Socket(address.getAddress(), address.getPort()).close());
            client.setSoTimeout((int) PATIENCE.toMillis());
            DataOutputStream out = new DataOutputStream(client.getOutputStream());
            out.writeShort(MALFORMED.length);
            out.write(MALFORMED);
            DataInputStream in = new DataInputStream(client.getInputStream());
            assertRefused(true, in.readNBytes(in.readUnsignedShort()));
            assertFalse(onLoop(listener::isOver));
        }
        onLoop(() -> {
            listener.close();
            return null;
        });
    }

    @ParameterizedTest(name = "allowed: {0}, answers are marked: {1}")
    @CsvSource({"true, false, 0", "false, false, 0", "true, true, 1", "false, true, 1"})
    void noMarkIsAskedForUnlessTheAnswerNeedsItOverUdp(boolean allowed, boolean markAnswers, int asked)
            throws Exception {
        Socket socket = bound(Socket.udpFor(Endpoint.of(new InetSocketAddress(LOOPBACK, 0))));
        InetSocketAddress address = socket.local().toSocketAddress();
        UdpListener listener = onLoop(() -> new UdpListener(loop, socket, gate(allowed, markAnswers), false));
        try (DatagramSocket client = new DatagramSocket()) {
            client.setSoTimeout((int) PATIENCE.toMillis());
            client.send(new DatagramPacket(MALFORMED, MALFORMED.length, address));
            DatagramPacket answer = new DatagramPacket(new byte[512], 512);
            client.receive(answer);
            assertRefused(allowed, answer.getData());
        }
        onLoop(() -> {
            listener.close();
            return null;
        });
        assertEquals(asked, marks.asked.get());
    }

    @ParameterizedTest(name = "allowed: {0}, answers are marked: {1}")
    @CsvSource({"true, false, 0", "false, false, 0", "true, true, 1", "false, true, 1"})
    void noMarkIsAskedForUnlessTheAnswerNeedsItOverTcp(boolean allowed, boolean markAnswers, int asked)
            throws Exception {
        Socket socket = bound(Socket.tcp());
        socket.listen(1);
        InetSocketAddress address = socket.local().toSocketAddress();
        TcpLimits limits = new TcpLimits(PATIENCE, 1, 1 << 16, new UnsentAnswers.Total(1 << 16));
        TcpListener listener = onLoop(
                () -> new TcpListener(loop, socket, gate(allowed, markAnswers), new ConnectionLimits(1, 1), limits));
        try (java.net.Socket client = new java.net.Socket(address.getAddress(), address.getPort())) {
            client.setSoTimeout((int) PATIENCE.toMillis());
            DataOutputStream out = new DataOutputStream(client.getOutputStream());
            out.writeShort(MALFORMED.length);
            out.write(MALFORMED);
            DataInputStream in = new DataInputStream(client.getInputStream());
            assertRefused(allowed, in.readNBytes(in.readUnsignedShort()));
        }
        onLoop(() -> {
            listener.close();
            return null;
        });
        assertEquals(asked, marks.asked.get());
    }

    private void assertRefused(boolean allowed, byte[] answer) {
        assertTrue(WireMessage.of(answer).rcode() != 0);
        assertEquals(1, counters.get(allowed ? Count.FORMAT_ERRORS : Count.REFUSED_NETWORK));
    }

    private QueryGate gate(boolean allowed, boolean markAnswers) {
        return new QueryGate(
                client -> allowed,
                (transport, peer) -> false,
                markAnswers,
                new QueryReader(),
                marks,
                null,
                new QueryEndings(System::nanoTime, counters, QueryObserver.NONE),
                counters);
    }

    private static Socket bound(Socket socket) throws LinuxException {
        socket.ipv6Only(false);
        socket.bind(Endpoint.of(new InetSocketAddress(LOOPBACK, 0)));
        return socket;
    }

    private <T> T onLoop(Callable<T> task) throws Exception {
        return loop.netty().submit(task).get();
    }
}
