package org.waymark.lab;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.LongAdder;

/**
 * Sends hostile packets from both sides for long, and prints what Waymark holds before and after: {@code Siege PACKETS SECONDS}, until
 * Waymark has read so many datagrams, or for so long. The exit status is 1 if anything is in flight at the end. Called by
 * {@code integration-tests/siege}.
 */
public final class Siege {
    private static final InetSocketAddress GATEWAY = Family.IPV4.gateway();
    private static final InetSocketAddress SERVER = Family.IPV4.upstream(53);
    private static final int WARM_UP = 300_000;
    private static final int CLIENTS = 16;

    /** What Waymark's log says first when it stops, and what follows if no query is left over. */
    private static final String AT_STOP = "Waymark is stopping; ";

    private static final String NOTHING_IN_FLIGHT = "queries in flight: 0, questions to servers: 0";

    private final LongAdder fromClients = new LongAdder();
    private final LongAdder fromServers = new LongAdder();
    private final LongAdder overTcp = new LongAdder();
    private final long seed = System.nanoTime();
    private volatile boolean over;

    private Siege() {}

    public static void main(String[] arguments) throws Exception {
        boolean clean = new Siege().run(Long.parseLong(arguments[0]), Long.parseLong(arguments[1]));
        System.exit(clean ? 0 : 1);
    }

    /** Returns whether nothing is in flight at the end, when all that was good has been answered. */
    private boolean run(long packets, long seconds) throws Exception {
        System.out.println("seed " + seed);
        Setup setup = Setup.wildcard()
                .servers(SERVER)
                .tries("500ms", 2)
                .with("limits", "tcp-idle = \"1s\"")
                .with("limits", "upstream-idle = \"1s\"");
        try (Lab lab = Lab.up();
                Forwarder forwarder = Forwarders.WAYMARK.start(lab, setup)) {
            lab.rules("--many");
            besiege(lab, WARM_UP, Duration.ofMinutes(2));
            Footprint before = atRest(lab, forwarder);
            System.out.println("before: " + before);
            long readBefore = read(lab);
            long start = System.nanoTime();
            besiege(lab, packets, Duration.ofSeconds(seconds));
            double took = (System.nanoTime() - start) / 1e9;
            System.out.println("after:  " + atRest(lab, forwarder));
            System.out.printf(
                    "%.0f s; sent: %d datagrams from clients, %d from servers, %d messages over TCP; datagrams read: %d%n",
                    took, fromClients.sum(), fromServers.sum(), overTcp.sum(), read(lab) - readBefore);
            System.out.println("faults of its own: " + forwarder.ownFaults());
            askMany(lab);
            awaitRest(lab);
            forwarder.terminate();
            forwarder.awaitExit(Duration.ofSeconds(10));
            String log = forwarder.log();
            log.lines().dropWhile(line -> !line.contains(AT_STOP)).forEach(System.out::println);
            return log.contains(AT_STOP + NOTHING_IN_FLIGHT);
        }
    }

    /** The datagrams that Waymark has read so far: not those that it had no room for. */
    private static long read(Lab lab) {
        return KernelCounts.udp(lab, Host.GATEWAY, KernelCounts.READ);
    }

    private void besiege(Lab lab, long packets, Duration time) throws Exception {
        over = false;
        fromClients.reset();
        fromServers.reset();
        overTcp.reset();
        DatagramChannel server =
                lab.in(Host.UPSTREAM, () -> DatagramChannel.open().bind(SERVER));
        List<Thread> threads = List.of(
                start("server", () -> serve(server)),
                start("client", () -> sendFromClients(lab, 101)),
                start("client", () -> sendFromClients(lab, 101 + CLIENTS)),
                start("tcp client", () -> sendOverTcp(lab)));
        long end = System.nanoTime() + time.toNanos();
        long before = read(lab);
        while (read(lab) - before < packets && System.nanoTime() < end) {
            Thread.sleep(200);
        }
        over = true;
        server.close();
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private interface Task {
        void run() throws IOException;
    }

    private static Thread start(String name, Task task) {
        Thread thread = new Thread(
                () -> {
                    try {
                        task.run();
                    } catch (IOException e) {
                        // The siege is over.
                    }
                },
                name);
        thread.start();
        return thread;
    }

    private void sendFromClients(Lab lab, int first) throws IOException {
        Random random = new Random(seed + first);
        List<byte[]> queries = Mutations.queries();
        DatagramChannel[] clients = new DatagramChannel[CLIENTS];
        for (int i = 0; i < CLIENTS; i++) {
            InetSocketAddress from = new InetSocketAddress(Family.IPV4.client(first + i), 0);
            clients[i] =
                    lab.in(Host.CLIENT, () -> DatagramChannel.open().bind(from).connect(GATEWAY));
            clients[i].configureBlocking(false);
        }
        ByteBuffer answers = ByteBuffer.allocateDirect(65_535);
        while (!over) {
            DatagramChannel client = clients[random.nextInt(CLIENTS)];
            for (int burst = 0; burst < 32; burst++) {
                byte[] query = queries.get(random.nextInt(queries.size()));
                client.write(ByteBuffer.wrap(Mutations.any(query, random)));
                fromClients.increment();
            }
            while (client.read(answers.clear()) > 0) {
                // What comes back matters to nobody here.
            }
        }
        for (DatagramChannel client : clients) {
            client.close();
        }
    }

    /** Three hostile answers for each query; every other time the right one too. */
    private void serve(DatagramChannel server) throws IOException {
        Random random = new Random(seed);
        ByteBuffer buffer = ByteBuffer.allocateDirect(65_535);
        while (!over) {
            InetSocketAddress from = (InetSocketAddress) server.receive(buffer.clear());
            byte[] query = new byte[buffer.flip().remaining()];
            buffer.get(query);
            byte[] answer = Message.answerTo(query);
            for (int i = 0; i < 3; i++) {
                server.send(ByteBuffer.wrap(Mutations.any(answer, random)), from);
                fromServers.increment();
            }
            if (random.nextBoolean()) {
                server.send(ByteBuffer.wrap(answer), from);
            }
        }
    }

    private void sendOverTcp(Lab lab) {
        Random random = new Random(seed + 1);
        List<byte[]> queries = Mutations.queries();
        while (!over) {
            try (TcpClient client = TcpClient.connect(lab, Family.IPV4.client(150), GATEWAY)) {
                for (int i = 0; i < 50; i++) {
                    byte[] mutated = Mutations.any(queries.get(random.nextInt(queries.size())), random);
                    client.write(random.nextInt(50) == 0 ? mutated : TcpClient.frame(mutated));
                    overTcp.increment();
                }
                if (random.nextBoolean()) {
                    client.abort();
                } else {
                    client.endOutput();
                    while (client.receive().isPresent()) {
                        // Until Waymark has answered all that made sense.
                    }
                }
            } catch (RuntimeException | AssertionError e) {
                // Closed by Waymark, as it should be when a frame makes no sense.
            }
        }
    }

    private static Footprint atRest(Lab lab, Forwarder forwarder) {
        awaitRest(lab);
        return Footprint.of(forwarder);
    }

    private static void awaitRest(Lab lab) {
        Waiting.until(Duration.ofMinutes(1), "sockets to servers are closed", () -> !lab.isConnectedToServer());
    }

    /** Whether there still is room for as many queries in flight as before. */
    private static void askMany(Lab lab) throws IOException {
        try (StubServer stub = StubServer.on(lab, SERVER);
                Crowd crowd = Crowd.of(lab, List.of(Family.IPV4.client(101)), GATEWAY)) {
            stub.plays(stub.after(Duration.ofMillis(200), StubServer.ANSWER));
            Crowd.Result result = crowd.ask(2_000, 200, i -> "room" + i + ".example");
            System.out.println("then " + result.answered() + " of 2000 answered, 200 at a time");
        }
    }
}
