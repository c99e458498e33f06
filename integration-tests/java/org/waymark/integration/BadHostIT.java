package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.waymark.lab.FailingCalls;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.MarkSource;
import org.waymark.lab.Message;
import org.waymark.lab.Query;
import org.waymark.lab.Setup;
import org.waymark.lab.TcpClient;
import org.waymark.lab.UdpClient;
import org.waymark.lab.Waiting;

/**
 * On a host that can't do the job, or with a faulty configuration, Waymark says why in so many words, and ends with a status that
 * tells systemd not to start it again.
 */
class BadHostIT {
    private static final Path DEFAULT_FILE = Path.of("/etc/waymark/waymark.toml");

    /** UDP and TCP on two addresses. */
    private static final int LISTENING_SOCKETS_OF_A_WORKER = 4;

    /** For marks, for source ports, and to have connections forgotten. */
    private static final int NETLINK_SOCKETS_OF_A_WORKER = 3;

    private static final int SOCKETS_OF_A_WORKER = LISTENING_SOCKETS_OF_A_WORKER + NETLINK_SOCKETS_OF_A_WORKER;

    @AutoClose
    private static final Lab LAB = Lab.up();

    private static final Trials TRIALS = new Trials(LAB);

    @Test
    void withoutNetAdminCapability() {
        String line = Trials.complaint(
                TRIALS.run(setup().toml(), "setpriv", "--bounding-set", "-net_admin", "--inh-caps", "-net_admin"));
        assertTrue(line.contains("CAP_NET_ADMIN"), line);
    }

    @Test
    void withoutNetBindServiceCapability() {
        String line = Trials.complaint(TRIALS.run(
                setup().toml(), "setpriv", "--bounding-set", "-net_bind_service", "--inh-caps", "-net_bind_service"));
        assertTrue(line.contains("CAP_NET_BIND_SERVICE"), line);
    }

    /** A kernel without ctnetlink answers every question to it like this. */
    @Test
    void withoutCtnetlink() {
        String line = Trials.complaint(TRIALS.run(setup().toml(), FailingCalls.inAllOf("sendto", "EINVAL")));
        assertTrue(line.contains("modprobe nf_conntrack_netlink"), line);
    }

    /** The thread that makes the two event loops calls it six times; the eighth call of the worker is for the last UDP socket. */
    @Test
    void moreWatchedSocketsThanTheKernelAllows() {
        InetSocketAddress[] addresses = Stream.of(Family.values())
                .flatMap(family -> IntStream.rangeClosed(53, 56)
                        .mapToObj(port -> new InetSocketAddress(family.gateway().getAddress(), port)))
                .toArray(InetSocketAddress[]::new);
        List<String> through = new ArrayList<>(List.of("taskset", "--cpu-list", "0"));
        through.addAll(List.of(FailingCalls.inAllOf("epoll_ctl", "ENOSPC:when=8")));
        Setup setup = Setup.listeningOn(addresses).servers(Family.IPV4.upstream(53));
        String line = Trials.complaint(TRIALS.run(setup.toml(), through.toArray(String[]::new)));
        assertTrue(line.startsWith("waymark: can't start a worker: epoll_ctl: No space left on device"), line);
    }

    /** The last files that are opened are the two netlink sockets of the last worker, and before them its listening sockets. */
    @Test
    void tooFewFilesForTheLastWorker() {
        int enough = filesOfARunningOne();
        List<String> complaints = IntStream.rangeClosed(1, SOCKETS_OF_A_WORKER)
                .mapToObj(less -> complaintWithFiles(enough - less))
                .toList();
        for (String line : complaints) {
            assertTrue(line.contains("Too many open files") && line.contains("LimitNOFILE="), line);
        }
        assertTrue(complaints.get(0).startsWith("waymark: can't start a worker: "), complaints::toString);
        assertTrue(
                complaints.get(NETLINK_SOCKETS_OF_A_WORKER).startsWith("waymark: can't listen on [::]:53: "),
                complaints::toString);
    }

    /**
     * Before all workers comes the socket that owns Waymark's rule, which can be done without, and before it the event loops, of
     * three files each; those of a single one would not let its library in.
     */
    @Test
    void tooFewFilesForTheEventLoops() {
        int workers = Runtime.getRuntime().availableProcessors();
        Assumptions.assumeTrue(workers > 1);
        String line = complaintWithFiles(filesOfARunningOne() - workers * SOCKETS_OF_A_WORKER - 2);
        assertTrue(line.startsWith("waymark: can't make " + workers + " event loops: "), line);
        assertTrue(line.contains("Too many open files") && line.contains("LimitNOFILE="), line);
    }

    @Test
    void connectionsForWhichThereAreTooFewFilesAreCounted() {
        byte[] query = Query.of("localhost", Query.A).bytes(1);
        String files = "--nofile=" + (filesOfARunningOne() + 5);
        try (Forwarder forwarder = Forwarders.startWaymark(LAB, setup(), "prlimit", files)) {
            List<TcpClient> clients = IntStream.range(0, 15)
                    .mapToObj(i -> TcpClient.connect(LAB, Family.IPV4.client(101), Family.IPV4.gateway()))
                    .toList();
            Waiting.until(
                    Waiting.PATIENCE, "the log says so", () -> forwarder.log().contains(" not accepted"));
            clients.forEach(TcpClient::close);
            try (TcpClient next = TcpClient.connect(LAB, Family.IPV4.client(101), Family.IPV4.gateway())) {
                assertEquals(Message.NOERROR, Message.rcode(next.ask(query)), forwarder::log);
            }
            assertEquals(List.of(), forwarder.ownFaults());
        }
    }

    /** The cure is another one than for a limit of the configuration. */
    @Test
    void queriesForWhichThereAreTooFewFilesAreRefusedAndTheLogTellsTheCure() {
        byte[] query = Query.of("www.example", Query.A).bytes(1);
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup().tries("4s", 1));
                UdpClient client = UdpClient.from(LAB, Family.IPV4.client(101));
                TcpClient overTcp = TcpClient.connect(LAB, Family.IPV4.client(101), Family.IPV4.gateway())) {
            FailingCalls.during(
                    forwarder,
                    "socket",
                    "EMFILE",
                    () -> assertRefused(client.ask(query, Family.IPV4.gateway()).bytes()));
            FailingCalls.during(forwarder, "socket", "ENFILE", () -> assertRefused(overTcp.ask(query)));
            forwarder.terminate();
            forwarder.awaitExit(Waiting.PATIENCE);
            String told = "2 queries refused: too few files may be open (LimitNOFILE=, ulimit -n)";
            assertTrue(forwarder.log().contains(told), forwarder::log);
            assertFalse(forwarder.log().contains("upstream-sockets"), forwarder::log);
        }
    }

    private static void assertRefused(byte[] answer) {
        assertEquals(Message.REFUSED, Message.rcode(answer));
    }

    private static int filesOfARunningOne() {
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup())) {
            Waiting.until(Waiting.PATIENCE, "no client is connected", () -> LAB.exec(
                            Host.GATEWAY, "ss", "-Htn", "sport = :53")
                    .orFail()
                    .isEmpty());
            return forwarder.openFiles();
        }
    }

    private static String complaintWithFiles(int files) {
        return Trials.complaint(TRIALS.run(setup().toml(), "prlimit", "--nofile=" + files));
    }

    @Test
    void marksOfPacketsWithoutAnyCapabilityToSetThem() {
        LAB.acceptMarks(true);
        String line = Trials.complaint(TRIALS.run(
                marksOfPackets(),
                "setpriv",
                "--bounding-set",
                "-net_admin,-net_raw",
                "--inh-caps",
                "-net_admin,-net_raw"));
        assertTrue(line.contains("CAP_NET_ADMIN, or at least CAP_NET_RAW"), line);
    }

    @Test
    void marksOfPacketsWhereTcpDoesNotTakeThemOver() {
        LAB.acceptMarks(false);
        String line = Trials.complaint(TRIALS.run(marksOfPackets()));
        assertTrue(line.contains("sysctl -w net.ipv4.tcp_fwmark_accept=1"), line);
    }

    /** The file may be meant for another host. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void goodFileIsFoundGoodWithAWarningWhereTcpDoesNotTakeOverTheMarksOfPackets(boolean accept) {
        LAB.acceptMarks(accept);
        String warnings = TRIALS.checked(marksOfPackets()).errors();
        assertEquals(!accept, warnings.contains("net.ipv4.tcp_fwmark_accept"), warnings);
    }

    @Test
    void noFileWhereItWasSaidToBe() {
        String line = Trials.complaint(TRIALS.exec("run", "--config", "/nonexistent/waymark.toml"));
        assertTrue(line.contains("/nonexistent/waymark.toml"), line);
    }

    @Test
    void noFileWhereItLooksByItself() {
        Assumptions.assumeFalse(Files.exists(DEFAULT_FILE));
        String line = Trials.complaint(TRIALS.exec("run"));
        assertTrue(line.contains(DEFAULT_FILE.toString()), line);
    }

    static Stream<Arguments> faultyFiles() {
        String good = setup().toml();
        return Stream.of(
                Arguments.of("unknown key", good.replace("addresses", "adresses"), "addresses"),
                Arguments.of("unknown section", good.replace("[listen]", "[listn]"), "listen"),
                Arguments.of("wrong type", good.replace("attempts = 3", "attempts = \"3\""), "attempts"),
                Arguments.of("bad address", good.replace("0.0.0.0:53", "0.0.0.300:53"), "0.0.0.300"),
                Arguments.of("bad port", good.replace("0.0.0.0:53", "0.0.0.0:99999"), "99999"),
                Arguments.of("bad duration", good.replace("\"2s\"", "\"2 parsecs\""), "2 parsecs"),
                Arguments.of("bad mark", good + "\n[mark]\nunknown-mark = 0x100000000\n", "unknown-mark"),
                Arguments.of("bad choice", good + "\n[mark]\nunknown = \"guess\"\n", "guess"),
                Arguments.of("no upstream", good.substring(0, good.indexOf("[[upstream]]")), "upstream"),
                Arguments.of("no TOML", good.replace("[listen]", "[listen"), ""));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faultyFiles")
    void faultyConfigurationIsToldByPlace(String title, String toml, String mention) throws IOException {
        Path file = Forwarders.write(toml);
        try {
            for (String command : List.of("run", "check")) {
                Lab.Outcome outcome = TRIALS.exec(command, "--config", file.toString());
                String said = outcome.output() + outcome.errors();
                assertEquals(command.equals("run") ? Trials.NOT_WITHOUT_A_CHANGE : 1, outcome.status(), said);
                assertTrue(said.contains(mention), said);
                assertTrue(said.lines().anyMatch(line -> isComplaintAbout(file, line)), said);
                assertFalse(said.contains("\tat "), said);
            }
        } finally {
            Files.delete(file);
        }
    }

    @Test
    void allFaultsAreToldInOneGo() throws IOException {
        Path file = Forwarders.write(setup().toml()
                .replace("attempts = 3", "attempts = 0")
                .replace("\"2s\"", "\"soon\"")
                .replace("[::]:53", "[::::]:53"));
        try {
            Lab.Outcome outcome = TRIALS.exec("check", "--config", file.toString());
            String said = outcome.output() + outcome.errors();
            assertEquals(1, outcome.status(), said);
            assertAll(Stream.of("attempts", "soon", "[::::]:53")
                    .map(word -> () -> assertTrue(
                            said.lines().anyMatch(line -> isComplaintAbout(file, line) && line.contains(word)), said)));
        } finally {
            Files.delete(file);
        }
    }

    @Test
    void goodFileIsFoundGood() {
        assertEquals("", TRIALS.checked(setup().toml()).errors());
    }

    private static Setup setup() {
        return Setup.wildcard().servers(Family.IPV4.upstream(53));
    }

    private static String marksOfPackets() {
        return setup().marksFrom(MarkSource.PACKET).toml();
    }

    private static boolean isComplaintAbout(Path file, String line) {
        return line.matches("(waymark: )?\\Q" + file + "\\E:\\d+:\\d+: .*");
    }
}
