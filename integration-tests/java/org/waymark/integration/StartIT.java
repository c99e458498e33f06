package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.Message;
import org.waymark.lab.Query;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.UdpClient;

/** Waymark starts fast, with the archive of classes that the build has left, and without a word of one that does not fit. */
class StartIT {
    private static final int STARTS = 3;

    /** On a machine with two cores it has been 16 to 25, the more the busier. */
    private static final double MOST_IDLE_JVMS = 40;

    /** Each takes a tenth of a second, of which the kernel counts hundredths. */
    private static final int IDLE_JVMS = 5;

    private static final Pattern SECONDS = Pattern.compile("(\\d+)m([\\d.]+)s");

    private static final Path DISTRIBUTION =
            Path.of(Forwarders.LAUNCHER).getParent().getParent();

    /** The archive belongs to the Java that made it: 17's is a .jsa, and 25's an .aot. */
    private static final Path ARCHIVE = Stream.of("waymark.aot", "waymark.jsa")
            .map(Path.of("lib")::resolve)
            .filter(file -> Files.exists(DISTRIBUTION.resolve(file)))
            .findFirst()
            .orElseThrow(() -> new AssertionError("the build has left no archive of classes"));

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53));

    /**
     * The aim is a second by the clock where two cores have nothing else to do. A machine that is slow or busy takes longer for
     * any JVM: this compares processor time with that of one that does nothing.
     */
    @Test
    void firstAnswerComesSoon() {
        long leastMillis = Long.MAX_VALUE;
        double leastCpuMillis = Double.MAX_VALUE;
        double leastIdleMillis = Double.MAX_VALUE;
        for (int i = 0; i < STARTS; i++) {
            Start start = start();
            leastMillis = Math.min(leastMillis, start.millis());
            leastCpuMillis = Math.min(leastCpuMillis, start.cpuMillis());
            leastIdleMillis = Math.min(leastIdleMillis, cpuMillisOfIdleJvm(start.java()));
        }
        double jvms = leastCpuMillis / leastIdleMillis;
        String result =
                "first answer after %,d ms and %,.0f ms of processor time, %.1f times the %.0f ms of a JVM that does nothing"
                        .formatted(leastMillis, leastCpuMillis, jvms, leastIdleMillis);
        System.out.println("StartIT, least of " + STARTS + " starts: " + result);
        assertTrue(jvms < MOST_IDLE_JVMS, result);
    }

    /** What passed until the first answer, and the command that began it. */
    private record Start(long millis, long cpuMillis, List<String> java) {}

    private static Start start() {
        byte[] query = Query.of("www.example", Query.A).bytes(1);
        long start = System.nanoTime();
        try (Forwarder forwarder =
                        Forwarders.startWithWholeJava(LAB, Setup.wildcard().servers(Family.IPV4.upstream(53)));
                UdpClient client = UdpClient.from(LAB, Family.IPV4.client(137))) {
            byte[] answer = client.ask(query, Family.IPV4.gateway()).bytes();
            long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
            ProcessHandle.Info info =
                    ProcessHandle.of(forwarder.pid()).orElseThrow().info();
            long cpuMillis = info.totalCpuDuration().orElseThrow().toMillis();
            assertArrayEquals(Message.answerTo(query), answer, forwarder::log);
            return new Start(millis, cpuMillis, commandOf(forwarder));
        }
    }

    /** The words of a command that runs, see man 5 proc. */
    private static List<String> commandOf(Forwarder forwarder) {
        try {
            return List.of(Files.readString(Path.of("/proc/" + forwarder.pid() + "/cmdline"))
                    .split("\0"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The processor time of a JVM with the same options, classes and archive that says its version and ends. */
    private static double cpuMillisOfIdleJvm(List<String> java) {
        int jar = java.indexOf("-jar");
        List<String> command = new ArrayList<>(
                List.of("sh", "-c", "for i in $(seq " + IDLE_JVMS + "); do \"$@\" 2>&1; done >&2; times", "sh"));
        command.addAll(java.subList(0, jar));
        command.addAll(List.of("-cp", java.get(jar + 1), "-version"));
        String times = LAB.exec(Host.GATEWAY, command.toArray(String[]::new)).orFail();
        // The second line is that of the children: user and system.
        return SECONDS.matcher(times.lines().toList().get(1))
                        .results()
                        .mapToDouble(match -> 60_000 * Double.parseDouble(match.group(1))
                                + 1_000 * Double.parseDouble(match.group(2)))
                        .sum()
                / IDLE_JVMS;
    }

    /** Every command but {@code run}: with two compilers it takes half as much processor time again. */
    @Test
    void commandThatEndsSoonHasOneCompiler() {
        String flags = LAB.exec(
                        Host.CLIENT,
                        "env",
                        Forwarders.WHOLE_JAVA,
                        "JDK_JAVA_OPTIONS=-XX:+PrintFlagsFinal",
                        Forwarders.LAUNCHER,
                        "--version")
                .orFail();
        assertTrue(flags.matches("(?s).*\\bTieredStopAtLevel\\s+= 1\\b.*"), flags);
    }

    @Test
    void archiveOfTheBuildFits() {
        Lab.Outcome outcome = version(DISTRIBUTION, "JDK_JAVA_OPTIONS=" + onlyWithArchive());
        assertEquals(0, outcome.status(), outcome.output());
    }

    @Test
    void archiveOfAnotherPlaceIsPassedOverQuietly(@TempDir Path directory) {
        Path moved = copyTo(directory);
        assertNotEquals(
                0, version(moved, "JDK_JAVA_OPTIONS=" + onlyWithArchive()).status(), "it fits after all");
        assertQuiet(version(moved, "LC_ALL=C"));
    }

    /** A file that is no archive, and the names that the archives of both kinds of Java have. */
    @ParameterizedTest
    @ValueSource(strings = {"waymark.aot", "waymark.jsa"})
    void fileThatIsNoArchiveIsPassedOverQuietly(String name, @TempDir Path directory) throws IOException {
        Path copy = copyTo(directory);
        Files.delete(copy.resolve(ARCHIVE));
        Files.writeString(copy.resolve("lib").resolve(name), "not an archive\n");
        assertQuiet(version(copy, "LC_ALL=C"));
    }

    /** The option that makes an archive that does not fit an error. */
    private static String onlyWithArchive() {
        return ARCHIVE.endsWith("waymark.aot") ? "-XX:AOTMode=on" : "-Xshare:on";
    }

    private static Path copyTo(Path directory) {
        Path copy = directory.resolve("waymark");
        LAB.exec(Host.CLIENT, "cp", "-r", DISTRIBUTION.toString(), copy.toString())
                .orFail();
        return copy;
    }

    private static Lab.Outcome version(Path distribution, String environment) {
        return LAB.exec(
                Host.CLIENT,
                "env",
                environment,
                distribution.resolve("bin").resolve("waymark").toString(),
                "--version");
    }

    private static void assertQuiet(Lab.Outcome outcome) {
        assertTrue(outcome.orFail().matches("waymark \\S+\n"), outcome.output());
        assertEquals("", outcome.errors());
    }
}
