package org.waymark.bench;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.Setup;

/** A lab in which everything can be made more. Each Waymark in it has a port of its own and is warmed up before its first round. */
final class ScaleLab implements AutoCloseable {
    private static final int PORT = 5310;
    private static final int OUTSTANDING = 200;

    /** Queries a second to the slow server: so few that all that changes is how long they wait. */
    private static final int RATE = 10_000;

    /** So many that none falls behind, see {@link Load#threads}. */
    private static final int THREADS = 8;

    private static final int MOST_IN_FLIGHT = 60_000;

    /** Longer than the slow server ever holds an answer back. */
    private static final Duration PATIENCE = Duration.ofSeconds(8);

    /** The most that are measured, and those of the load. */
    private static final int CONNECTIONS = 1_200_000;

    private static final Path MOST_CONNECTIONS = Path.of("/proc/sys/net/netfilter/nf_conntrack_max");

    private final int seconds;
    private final int warmUp;
    private final Lab lab = Lab.up();
    private final Stub stub;
    private final SlowServer slowServer;
    private final Map<InetSocketAddress, Forwarder> running = new HashMap<>();
    private int entries;

    /**
     * @param seconds how long each measurement lasts
     * @param warmUp seconds that each Waymark is under load before its first round
     */
    ScaleLab(int seconds, int warmUp) {
        this.seconds = seconds;
        this.warmUp = warmUp;
        lab.rules("--nft");
        marks(1);
        stub = Stub.start(lab);
        slowServer = SlowServer.start(lab);
    }

    int cores() {
        return Runtime.getRuntime().availableProcessors();
    }

    /** Gives new connections of clients so many marks in turn. */
    void marks(int marks) {
        lab.loadNft(Host.GATEWAY, Scenario.rules(marks));
    }

    void forgetConnections() {
        lab.exec(Host.GATEWAY, "conntrack", "-F").orFail();
        entries = 0;
    }

    /** Has the gateway know so many connections besides those of the load; more each time, or none. */
    void connections(int number) {
        if (number == 0) {
            forgetConnections();
        }
        try {
            Path file = Files.createTempFile("waymark-bench", ".conntrack");
            try {
                try (BufferedWriter lines = Files.newBufferedWriter(file)) {
                    for (; entries < number; entries++) {
                        lines.write(
                                "-I -p udp -s 100.%d.%d.%d -d 203.0.113.1 --sport 1024 --dport 443 -t 3000 -m 5 -u SEEN_REPLY\n"
                                        .formatted(64 + (entries >> 16), entries >> 8 & 255, entries & 255));
                    }
                }
                lab.exec(Host.GATEWAY, "conntrack", "-R", file.toString()).orFail();
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lets the kernel know as many connections as are measured until this program ends; no namespace but the host's can set that. */
    static void raiseMostConnections() throws IOException {
        // Not readString: it reads one byte first, and what follows a part can't be read of such a file.
        String before = Files.readAllLines(MOST_CONNECTIONS).get(0);
        if (Integer.parseInt(before) >= CONNECTIONS) {
            return;
        }
        Files.writeString(MOST_CONNECTIONS, Integer.toString(CONNECTIONS));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                Files.writeString(MOST_CONNECTIONS, before);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }));
    }

    /** Asks as fast as it goes. */
    Growth.Round saturate(int cores, int clients) {
        InetSocketAddress address = address(PORT + cores);
        Load load = Load.of(lab, address, Scenario.USUAL).clients(clients).outstanding(OUTSTANDING);
        Setup setup = setup(address, Stub.ADDRESS, 20_000);
        Forwarder waymark = warm(address, setup, load, "taskset", "-c", "0-" + (cores - 1));
        Usage before = Usage.of(waymark.pid());
        Load.Result result = load.seconds(seconds).run();
        return round(Usage.of(waymark.pid()).since(before), result.completed(), result.rate(), result);
    }

    /** Asks at a rate that stays the same while the server holds each answer back for so long that so many queries wait. */
    Growth.Round hold(int queries) {
        Duration delay = Duration.ofSeconds(queries).dividedBy(RATE);
        slowServer.delay(delay);
        InetSocketAddress address = address(PORT);
        Load load = Load.of(lab, address, Scenario.USUAL)
                .atMost(RATE)
                .threads(THREADS)
                .outstanding(MOST_IN_FLIGHT)
                .patience(PATIENCE);
        Setup setup = setup(address, SlowServer.ADDRESS, MOST_IN_FLIGHT).tries(PATIENCE.toSeconds() + "s", 1);
        Forwarder waymark = warm(address, setup, load);
        // Until as many wait as should, a second to settle down, and another at the end, as dnsperf starts a moment
        // later.
        int settling = (int) delay.toSeconds() + 2;
        load.seconds(settling + seconds + 1);
        CompletableFuture<Load.Result> asking = CompletableFuture.supplyAsync(load::run);
        pause(settling);
        long start = System.nanoTime();
        long answersBefore = slowServer.answers();
        Usage before = Usage.of(waymark.pid());
        pause(seconds);
        Usage used = Usage.of(waymark.pid()).since(before);
        long answers = slowServer.answers() - answersBefore;
        double rate = answers * 1e9 / (System.nanoTime() - start);
        return round(used, answers, rate, asking.join());
    }

    private static InetSocketAddress address(int port) {
        return new InetSocketAddress(Program.WAYMARK.address().getAddress(), port);
    }

    private static Setup setup(InetSocketAddress address, InetSocketAddress server, int inFlight) {
        return Setup.listeningOn(address)
                .servers(server)
                .with("limits", "queries-in-flight = " + inFlight)
                .with("limits", "queries-in-flight-per-client = " + inFlight)
                .with("limits", "upstream-sockets = 16000")
                .with("cache", "size = \"0\"");
    }

    /** The Waymark at an address; if it does not run yet, it is started and warmed up. */
    private Forwarder warm(InetSocketAddress address, Setup setup, Load load, String... through) {
        Forwarder waymark = running.get(address);
        if (waymark == null) {
            waymark = Forwarders.startWaymark(lab, setup, through);
            running.put(address, waymark);
            load.seconds(warmUp).run();
        }
        return waymark;
    }

    private static void pause(int seconds) {
        try {
            Thread.sleep(seconds * 1_000L);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static Growth.Round round(Usage used, long queries, double rate, Load.Result result) {
        return new Growth.Round(
                (used.userMicros() + used.systemMicros()) / (double) queries,
                rate,
                100.0 * result.succeeded() / result.sent(),
                used.residentKib() / 1024.0);
    }

    @Override
    public void close() {
        running.values().forEach(Forwarder::close);
        slowServer.close();
        stub.close();
        lab.close();
    }
}
