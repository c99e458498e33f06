package org.waymark.lab;

import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * A DNS server upstream, over UDP and TCP or over TLS on some addresses, that records every query and answers by script. It never looks into a
 * message unless the script does.
 */
public final class StubServer implements AutoCloseable {
    /** A query as it arrived: its bytes, who sent it to which address, and how. */
    public record Seen(byte[] bytes, InetSocketAddress from, InetSocketAddress at, boolean tcp, long nanoTime) {
        public String name() {
            return Message.name(bytes);
        }
    }

    /** Where a script sends its answers. */
    public interface Line {
        /** Sends a message to the one who asked. */
        void send(byte[] message);

        /** Sends a message over UDP to the one who asked, from another address of this server. */
        void sendFrom(InetSocketAddress other, byte[] message);

        /** Closes the TCP connection; nothing over UDP. */
        void close();
    }

    /** What is done about a query. */
    @FunctionalInterface
    public interface Script {
        void play(Seen query, Line line);
    }

    /** The answer of {@link Message#answerTo}. */
    public static final Script ANSWER = (query, line) -> line.send(Message.answerTo(query.bytes()));

    public static final Script SILENCE = (query, line) -> {};

    /** Over UDP an empty answer with TC, over TCP the answer. */
    public static final Script TRUNCATE_UDP = (query, line) ->
            line.send(query.tcp() ? Message.answerTo(query.bytes()) : Message.truncatedAnswerTo(query.bytes()));

    private static final int LARGEST_MESSAGE = 65_535;

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Queue<Seen> seen = new ConcurrentLinkedQueue<>();
    private final List<Closeable> listeners = new ArrayList<>();
    private final List<DatagramChannel> datagramChannels = new ArrayList<>();
    private final Queue<Closeable> connections = new ConcurrentLinkedQueue<>();
    private final List<Thread> listening = new ArrayList<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "stub timer");
        thread.setDaemon(true);
        return thread;
    });
    private volatile Script script = ANSWER;

    private StubServer() {}

    /** Starts a server on some addresses of the upstream host. */
    public static StubServer on(Lab lab, InetSocketAddress... addresses) {
        return on(lab, Host.UPSTREAM, addresses);
    }

    /** Starts a server on some addresses of a host. */
    public static StubServer on(Lab lab, Host host, InetSocketAddress... addresses) {
        StubServer server = new StubServer();
        for (InetSocketAddress address : addresses) {
            lab.in(host, () -> {
                server.open(address);
                return null;
            });
        }
        return server;
    }

    /** Starts a server on some addresses of the upstream host that speaks nothing but TLS. */
    public static StubServer overTls(Lab lab, Certificates.Identity identity, InetSocketAddress... addresses) {
        StubServer server = new StubServer();
        for (InetSocketAddress address : addresses) {
            lab.in(Host.UPSTREAM, () -> {
                server.openTls(identity, address);
                return null;
            });
        }
        return server;
    }

    /** Does this about every query from now on. */
    public void plays(Script next) {
        script = next;
    }

    /** Plays a script later. */
    public Script after(Duration delay, Script later) {
        return (query, line) -> timer.schedule(() -> later.play(query, line), delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Plays a script after a random time between two bounds, so that answers come in any order. */
    public Script afterBetween(Duration shortest, Duration longest, Script later) {
        return (query, line) -> after(
                        Duration.ofNanos(ThreadLocalRandom.current().nextLong(shortest.toNanos(), longest.toNanos())),
                        later)
                .play(query, line);
    }

    /** What has arrived so far, oldest first. */
    public List<Seen> seen() {
        return List.copyOf(seen);
    }

    /** What has arrived so far for a name. */
    public List<Seen> seen(String name) {
        return seen.stream().filter(query -> query.name().equals(name)).toList();
    }

    /** Forgets what has arrived and answers as at first. */
    public void reset() {
        script = ANSWER;
        seen.clear();
    }

    /** Closes the connections that there are; new ones are taken. */
    public void closeConnections() {
        connections.forEach(StubServer::close);
    }

    @Override
    public void close() {
        timer.shutdownNow();
        listeners.forEach(StubServer::close);
        closeConnections();
        // A port is free only when the thread that listened on it has noticed.
        listening.forEach(StubServer::await);
    }

    private void open(InetSocketAddress address) throws IOException {
        Family family = Family.of(address.getAddress());
        DatagramChannel udp = DatagramChannel.open(family.protocolFamily());
        listeners.add(udp);
        datagramChannels.add(udp);
        udp.setOption(StandardSocketOptions.SO_RCVBUF, 1 << 20);
        udp.bind(address);
        ServerSocketChannel tcp = ServerSocketChannel.open();
        listeners.add(tcp);
        tcp.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        tcp.bind(address, 1024);
        listening.add(start("stub udp " + address, () -> serve(udp, address)));
        listening.add(start("stub tcp " + address, () -> serve(tcp, address)));
    }

    private void serve(DatagramChannel channel, InetSocketAddress address) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(LARGEST_MESSAGE);
        while (true) {
            buffer.clear();
            InetSocketAddress from = (InetSocketAddress) channel.receive(buffer);
            Seen query = new Seen(bytes(buffer.flip()), from, address, false, System.nanoTime());
            seen.add(query);
            script.play(query, new UdpLine(channel, from, datagramChannels));
        }
    }

    private void serve(ServerSocketChannel listener, InetSocketAddress address) throws IOException {
        while (true) {
            SocketChannel connection = listener.accept();
            connections.add(connection);
            start("stub connection", () -> serve(connection, address));
        }
    }

    private void serve(SocketChannel connection, InetSocketAddress address) throws IOException {
        InetSocketAddress from = (InetSocketAddress) connection.getRemoteAddress();
        serve(connection, Channels.newInputStream(connection), bytes -> writeAll(connection, bytes), from, address);
    }

    /** A stream made of the channel would not write while another thread reads. */
    private static void writeAll(SocketChannel connection, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            connection.write(buffer);
        }
    }

    private void openTls(Certificates.Identity identity, InetSocketAddress address) throws IOException {
        ServerSocket listener = identity.context().getServerSocketFactory().createServerSocket();
        listeners.add(listener);
        listener.setReuseAddress(true);
        listener.bind(address, 1024);
        listening.add(start("stub tls " + address, () -> {
            while (true) {
                Socket connection = listener.accept();
                connections.add(connection);
                start("stub connection", () -> serve(connection, address));
            }
        }));
    }

    /** Over TLS, the handshake comes with the first reading. */
    private void serve(Socket connection, InetSocketAddress address) throws IOException {
        InetSocketAddress from = (InetSocketAddress) connection.getRemoteSocketAddress();
        serve(connection, connection.getInputStream(), connection.getOutputStream()::write, from, address);
    }

    private void serve(
            Closeable connection,
            InputStream in,
            TcpLine.Output output,
            InetSocketAddress from,
            InetSocketAddress address)
            throws IOException {
        try (connection) {
            DataInputStream input = new DataInputStream(in);
            while (true) {
                byte[] message = new byte[input.readUnsignedShort()];
                input.readFully(message);
                Seen query = new Seen(message, from, address, true, System.nanoTime());
                seen.add(query);
                script.play(query, new TcpLine(connection, output));
            }
        } finally {
            connections.remove(connection);
        }
    }

    private interface Loop {
        void run() throws IOException;
    }

    private static Thread start(String name, Loop loop) {
        Thread thread = new Thread(
                () -> {
                    try {
                        loop.run();
                    } catch (IOException e) {
                        // Closed, by the end of the test or by the peer.
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static void await(Thread thread) {
        try {
            thread.join(PATIENCE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    static void close(Closeable open) {
        try {
            open.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
