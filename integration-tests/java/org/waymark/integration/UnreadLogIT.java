package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.waymark.lab.Crowd;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Lab;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.Waiting;

/** Whoever reads the log slowly, or not at all, loses lines; no query waits for him. */
class UnreadLogIT {
    /** More than a pipe and the lines that wait hold, at some 50 bytes a line. */
    private static final int QUERIES = 10_000;

    /** Has a pipe for standard error, which is open for reading though nobody reads. */
    private static final String INTO_PIPE = "mkfifo \"$0\" && exec 9<>\"$0\" && exec \"$@\" 2>&9";

    @TempDir
    private Path folder;

    @Test
    void queriesGoOnAndTheLogTellsHowManyLinesAreLost() throws Exception {
        Path pipe = folder.resolve("stderr");
        try (Lab lab = Lab.up();
                StubServer stub = StubServer.on(lab, Family.IPV4.upstream(53));
                Forwarder forwarder = Forwarders.startWaymarkUntilItListens(
                        lab,
                        Setup.wildcard().servers(Family.IPV4.upstream(53)).with("log", "queries = true"),
                        "sh",
                        "-c",
                        INTO_PIPE,
                        pipe.toString());
                Crowd crowd = Crowd.of(lab, List.of(Family.IPV4.client(101)), Family.IPV4.gateway())) {
            stub.plays(StubServer.ANSWER);
            assertEquals(new Crowd.Result(QUERIES, 0, List.of()), crowd.ask(QUERIES, 50, i -> "q" + i + ".example"));
            CompletableFuture<String> log = CompletableFuture.supplyAsync(() -> read(pipe));
            forwarder.terminate();
            assertEquals(0, forwarder.awaitExit(Waiting.PATIENCE));
            String read = log.get();
            assertTrue(read.contains(" lines of the log are lost"), read);
            assertTrue(read.contains("Waymark stops after "), read);
        }
    }

    private static String read(Path pipe) {
        try {
            return Files.readString(pipe);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
