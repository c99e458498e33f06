package org.waymark.bench;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.Setup;

/** A lab in which everything can be made more. Each Waymark in it has a port of its own and is warmed up before its first round. */
final class ScaleLab implements AutoCloseable {
    private static final int OUTSTANDING = 200;

    /** The most that are measured, and those of the load. */
    private static final int CONNECTIONS = 1_200_000;

    private static final Path MOST_CONNECTIONS = Path.of("/proc/sys/net/netfilter/nf_conntrack_max");

    private final int seconds;
    private final int warmUp;
    private final Lab lab = Lab.up();
    private final Stub stub;
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
        InetSocketAddress address =
                new InetSocketAddress(Program.WAYMARK.address().getAddress(), 5310 + cores);
        Load load = Load.of(lab, address, Scenario.USUAL).clients(clients).outstanding(OUTSTANDING);
        Forwarder waymark = running.get(address);
        if (waymark == null) {
            waymark = start(address, "taskset", "-c", "0-" + (cores - 1));
            load.seconds(warmUp).run();
        }
        Usage before = Usage.of(waymark.pid());
        Load.Result result = load.seconds(seconds).run();
        return round(Usage.of(waymark.pid()).since(before), result);
    }

    private static Growth.Round round(Usage used, Load.Result result) {
        return new Growth.Round(
                (used.userMicros() + used.systemMicros()) / (double) result.completed(),
                result.rate(),
                100.0 * result.succeeded() / result.sent(),
                used.residentKib() / 1024.0);
    }

    private Forwarder start(InetSocketAddress address, String... through) {
        Setup setup = Setup.listeningOn(address)
                .servers(Stub.ADDRESS)
                .with("limits", "queries-in-flight-per-client = 20000")
                .with("limits", "upstream-sockets = 16000");
        Forwarder waymark = Forwarders.startWaymark(lab, setup, through);
        running.put(address, waymark);
        return waymark;
    }

    @Override
    public void close() {
        running.values().forEach(Forwarder::close);
        stub.close();
        lab.close();
    }
}
