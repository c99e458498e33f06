package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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

    /**
     * Of processor time, which others on the machine stretch less than the time by the clock. The aim is 1 s by the clock, where
     * two cores have nothing else to do.
     */
    private static final long MOST_CPU_MILLIS = 1000;

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

    @Test
    void firstAnswerComesSoon() {
        long leastMillis = Long.MAX_VALUE;
        long leastCpuMillis = Long.MAX_VALUE;
        for (int i = 0; i < STARTS; i++) {
            Start start = start();
            leastMillis = Math.min(leastMillis, start.millis());
            leastCpuMillis = Math.min(leastCpuMillis, start.cpuMillis());
        }
        System.out.printf(
                "First answer after %,d ms and %,d ms of processor time, the least of %d starts%n",
                leastMillis, leastCpuMillis, STARTS);
        assertTrue(
                leastCpuMillis < MOST_CPU_MILLIS, "the first answer took " + leastCpuMillis + " ms of processor time");
    }

    /** What passed until the first answer. */
    private record Start(long millis, long cpuMillis) {}

    private static Start start() {
        byte[] query = Query.of("www.example", Query.A).bytes(1);
        long start = System.nanoTime();
        try (Forwarder forwarder =
                        Forwarders.WAYMARK.start(LAB, Setup.wildcard().servers(Family.IPV4.upstream(53)));
                UdpClient client = UdpClient.from(LAB, Family.IPV4.client(137))) {
            byte[] answer = client.ask(query, Family.IPV4.gateway()).bytes();
            long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
            long cpuMillis = ProcessHandle.of(forwarder.pid())
                    .orElseThrow()
                    .info()
                    .totalCpuDuration()
                    .orElseThrow()
                    .toMillis();
            assertArrayEquals(Message.answerTo(query), answer, forwarder::log);
            return new Start(millis, cpuMillis);
        }
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
