package org.waymark.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.waymark.lab.Waiting;

/** Both sides of the control socket, over a real one. */
@Timeout(30)
class ControlServerTest {
    private static final Patience SHORT = new Patience(Duration.ofMillis(300), Duration.ofMillis(300));

    private final IoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final BlockingQueue<Throwable> faults = new LinkedBlockingQueue<>();
    private final Ticker ticker = new Ticker();

    @TempDir
    private Path folder;

    private ControlServer server;

    @AfterEach
    void end() {
        if (server != null) {
            server.close();
        }
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private Path socket() {
        return folder.resolve("control");
    }

    private void start(Patience patience, Command... commands) throws IOException {
        server = ControlServer.open(
                socket(), loops.next(), new Commands(List.of(commands), List.of(ticker), faults::add), patience);
    }

    private static Command command(String name, Answer answer) {
        return new Command() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Map<String, Object> answer(Map<String, Object> arguments) throws CommandException {
                return answer.to(arguments);
            }
        };
    }

    private interface Answer {
        Map<String, Object> to(Map<String, Object> arguments) throws CommandException;
    }

    private static final Command ECHO = command("echo", arguments -> arguments);

    /** Sends what the test lets it send. */
    private static final class Ticker implements EventSource {
        private final BlockingQueue<EventStream> begun = new LinkedBlockingQueue<>();
        private final CountDownLatch ended = new CountDownLatch(1);

        @Override
        public String name() {
            return "tick";
        }

        @Override
        public Watching begin(Map<String, Object> arguments, EventStream events) throws CommandException {
            if (arguments.containsKey("never")) {
                throw new CommandException("never ticks");
            }
            begun.add(events);
            return ended::countDown;
        }
    }

    /** A client that sends what it likes. */
    private final class Raw implements AutoCloseable {
        private final SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        private final BufferedReader lines =
                new BufferedReader(new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8));

        Raw() throws IOException {
            channel.connect(UnixDomainSocketAddress.of(socket()));
        }

        void send(String text) throws IOException {
            channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        }

        boolean isClosedByServer() {
            try {
                send(" ");
                return false;
            } catch (IOException e) {
                return true;
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    @Test
    void aCommandIsAnswered() throws Exception {
        start(Patience.USUAL, ECHO);
        try (ControlClient client = ControlClient.connect(socket())) {
            assertEquals(
                    Map.of("text", "ä\n\"", "list", List.of(1, true)),
                    client.ask("echo", Map.of("text", "ä\n\"", "list", List.of(1, true))));
            assertEquals(Map.of(), client.ask("echo", Map.of()));
        }
        server.close();
        assertFalse(Files.exists(socket()));
    }

    @Test
    void errorsAreTold() throws Exception {
        Command failing = command("fail", arguments -> {
            throw new CommandException("it is not the day; try tomorrow");
        });
        Command faulty = command("faulty", arguments -> {
            throw new IllegalStateException("a fault");
        });
        start(Patience.USUAL, failing, faulty);
        try (ControlClient client = ControlClient.connect(socket())) {
            assertEquals("it is not the day; try tomorrow", refusal(client, "fail"));
            assertEquals("the command \"other\" is unknown (allowed: fail, faulty, tick)", refusal(client, "other"));
            assertEquals(
                    "faulty has failed because of an error in Waymark, which its log describes",
                    refusal(client, "faulty"));
            assertEquals("a fault", faults.take().getMessage());
        }
    }

    private static String refusal(ControlClient client, String command) {
        return assertThrows(ControlException.class, () -> client.ask(command, Map.of()))
                .getMessage();
    }

    @Test
    void onlyOwnerAndGroupMayConnect() throws Exception {
        start(Patience.USUAL);
        assertEquals("rw-rw----", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket())));
    }

    @Test
    void theSocketOfAKilledProcessIsReplacedAndNothingElse() throws Exception {
        ServerSocketChannel killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        killed.bind(UnixDomainSocketAddress.of(socket()));
        IOException running = assertThrows(IOException.class, () -> start(Patience.USUAL));
        assertEquals("another Waymark is running and listens on it", running.getMessage());
        killed.close();
        start(Patience.USUAL, ECHO);
        try (ControlClient client = ControlClient.connect(socket())) {
            assertEquals(Map.of(), client.ask("echo", Map.of()));
        }
        server.close();
        Files.createFile(socket());
        IOException file = assertThrows(IOException.class, () -> start(Patience.USUAL));
        assertEquals("there is a file of this name that is not a socket", file.getMessage());
    }

    @Test
    void theClientSaysWhyThereIsNoConnection() throws Exception {
        String absent = assertThrows(ControlException.class, () -> ControlClient.connect(socket()))
                .getMessage();
        assertEquals(
                "there is no socket " + socket()
                        + ": Waymark is not running, or its control.socket names another (--socket)",
                absent);
        ServerSocketChannel killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        killed.bind(UnixDomainSocketAddress.of(socket()));
        killed.close();
        String stale = assertThrows(ControlException.class, () -> ControlClient.connect(socket()))
                .getMessage();
        assertTrue(stale.startsWith("nobody listens on " + socket()), stale);
    }

    @Test
    void theClientDoesNotWaitForever() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        Command slow = command("slow", arguments -> {
            awaitUninterruptibly(done);
            return Map.of();
        });
        start(Patience.USUAL, slow);
        try (ControlClient client = ControlClient.connect(socket(), Duration.ofMillis(100))) {
            assertEquals(
                    "the connection to Waymark has ended: " + socket() + ": no answer within 0 s",
                    refusal(client, "slow"));
            done.countDown();
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aClientMayCloseItsSideAfterItsRequests() throws Exception {
        start(Patience.USUAL, ECHO);
        try (Raw client = new Raw()) {
            client.send("{\"command\":\"echo\",\"n\":1}\n{\"command\":\"echo\",\"n\":2}\n{\"command\":\"ech");
            client.channel.shutdownOutput();
            assertEquals("{\"ok\":{\"n\":1}}", client.lines.readLine());
            assertEquals("{\"ok\":{\"n\":2}}", client.lines.readLine());
            assertEquals(null, client.lines.readLine());
        }
    }

    @Test
    void whatIsNoRequestIsRefused() throws Exception {
        start(Patience.USUAL, ECHO);
        try (Raw client = new Raw()) {
            String refused = "{\"error\":\"not a request: each line is a JSON object, {\\\"command\\\":NAME, ...}\"}";
            for (String garbage : List.of("hello", "", "[1]", "{\"command\":\"echo\"", "\0\377", "[".repeat(5_000))) {
                client.send(garbage + "\n");
                assertEquals(refused, client.lines.readLine(), garbage);
            }
            client.send("{\"name\":\"echo\"}\n");
            assertEquals(
                    "{\"error\":\"the request names no command: {\\\"command\\\":NAME, ...}\"}",
                    client.lines.readLine());
            client.send("x".repeat(ControlServer.MOST_REQUEST + 1));
            assertEquals("{\"error\":\"a request has at most 16384 bytes\"}", client.lines.readLine());
            assertEquals(null, client.lines.readLine());
        }
    }

    @Test
    void aClientThatSendsNothingLosesItsConnection() throws Exception {
        start(SHORT, ECHO);
        try (Raw client = new Raw()) {
            client.send("{\"command\":");
            assertEquals("{\"error\":\"no request within 0 s; connect again\"}", client.lines.readLine());
            assertEquals(null, client.lines.readLine());
        }
    }

    @Test
    void aClientThatReadsNoAnswerLosesItsConnection() throws Exception {
        String much = "x".repeat(1 << 20);
        CountDownLatch asked = new CountDownLatch(2);
        Command large = command("large", arguments -> {
            asked.countDown();
            return Map.of("much", much);
        });
        start(SHORT, large);
        try (Raw client = new Raw()) {
            client.send("{\"command\":\"large\"}\n{\"command\":\"large\"}\n");
            Waiting.until(Waiting.PATIENCE, "the end of the connection", client::isClosedByServer);
            assertEquals(1, asked.getCount(), "one answer at a time");
        }
    }

    @Test
    void moreClientsThanThereArePlacesForAreToldSo() throws Exception {
        List<ControlClient> clients = new ArrayList<>();
        start(Patience.USUAL, ECHO);
        try {
            for (int i = 0; i < ControlServer.MOST_CLIENTS; i++) {
                clients.add(ControlClient.connect(socket()));
            }
            try (Raw late = new Raw()) {
                assertEquals(
                        "{\"error\":\"all 32 places for clients are taken; end one, or try again later\"}",
                        late.lines.readLine());
                assertEquals(null, late.lines.readLine());
            }
            assertEquals(Map.of(), clients.get(0).ask("echo", Map.of()));
        } finally {
            clients.forEach(ControlClient::close);
        }
    }

    /** The server may have closed the connection before the request is sent. */
    @Test
    void whyTheServerHasClosedTheConnectionIsTold() throws Exception {
        String reason = "all places for clients are taken";
        try (ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listening.bind(UnixDomainSocketAddress.of(socket()));
            try (ControlClient client = ControlClient.connect(socket())) {
                try (SocketChannel accepted = listening.accept()) {
                    accepted.write(ByteBuffer.wrap(Lines.of(Lines.ERROR, reason)));
                }
                assertEquals(reason, refusal(client, "echo"));
            }
        }
    }

    @Test
    void commandThatTakesLongHoldsUpNoOther() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        Command slow = command("slow", arguments -> {
            try {
                end.await();
            } catch (InterruptedException e) {
                throw new CommandException("interrupted");
            }
            return Map.of();
        });
        start(Patience.USUAL, slow, ECHO);
        List<Raw> waiting = new ArrayList<>();
        for (int i = 0; i < ControlServer.MOST_CLIENTS - 1; i++) {
            waiting.add(new Raw());
            waiting.get(i).send("{\"command\":\"slow\"}\n");
        }
        try (ControlClient client = ControlClient.connect(socket())) {
            assertEquals(Map.of("n", 1), client.ask("echo", Map.of("n", 1)));
        }
        end.countDown();
        for (Raw each : waiting) {
            assertEquals("{\"ok\":{}}", each.lines.readLine());
            each.close();
        }
    }

    @Test
    void eventsComeUntilTheClientGoes() throws Exception {
        start(Patience.USUAL);
        try (Raw client = new Raw()) {
            client.send("{\"command\":\"tick\",\"never\":true}\n{\"command\":\"tick\"}\n");
            assertEquals("{\"error\":\"never ticks\"}", client.lines.readLine());
            assertEquals("{\"ok\":{}}", client.lines.readLine());
            EventStream events = ticker.begun.take();
            loops.next().submit(() -> {
                events.event(Map.of("n", 1));
                events.lost(3);
                events.flush();
            });
            assertEquals("{\"event\":{\"n\":1}}", client.lines.readLine());
            assertEquals("{\"lost\":3}", client.lines.readLine());
        }
        ticker.ended.await();
    }

    @Test
    void aClientThatReadsEventsTooSlowlyIsToldHowManyItMisses() throws Exception {
        start(Patience.USUAL);
        try (Raw client = new Raw()) {
            client.send("{\"command\":\"tick\"}\n");
            EventStream events = ticker.begun.take();
            int sent = 100_000;
            loops.next()
                    .submit(() -> {
                        for (int i = 0; i < sent; i++) {
                            events.event(Map.of("n", i));
                            events.flush();
                        }
                    })
                    .sync();
            loops.next().scheduleWithFixedDelay(events::flush, 1, 1, TimeUnit.MILLISECONDS);
            assertEquals("{\"ok\":{}}", client.lines.readLine());
            int read = 0;
            String line = client.lines.readLine();
            while (line.startsWith("{\"event\"")) {
                read++;
                line = client.lines.readLine();
            }
            assertTrue(read < sent, "all were sent");
            assertEquals("{\"lost\":" + (sent - read) + "}", line);
        }
    }
}
