package org.waymark.packaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script that archives classes runs Waymark for a moment, which must not outlive it. */
class ClassArchiveTest {
    private static final Path SCRIPT = Path.of("src/main/dist/bin/archive-classes");

    /** In place of java: tells that it runs, and waits; the other commands of the script do nothing but run their arguments. */
    private static final String WAITING = "#!/bin/sh\necho $$ >\"$WAITS\"\nexec sleep 60\n";

    @TempDir
    private Path folder;

    /** Other signals may have been ignored when the tests were started, and a shell can't change that. */
    @Test
    void aSignalEndsWhatItHasStarted() throws Exception {
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Files.createDirectories(folder.resolve("lib"));
        Path temporary = Files.createDirectories(folder.resolve("tmp"));
        Files.copy(SCRIPT, bin.resolve("archive-classes"));
        script(bin.resolve("waymark"), WAITING);
        script(bin.resolve("java"), "#!/bin/sh\nexit 0\n");
        script(bin.resolve("unshare"), "#!/bin/sh\nwhile [ \"${1#--}\" != \"$1\" ]; do shift; done\nexec \"$@\"\n");
        Path waits = folder.resolve("waits");
        ProcessBuilder builder =
                new ProcessBuilder("sh", bin.resolve("archive-classes").toString());
        builder.environment().put("JAVA_HOME", folder.toString());
        builder.environment().put("PATH", bin + ":" + System.getenv("PATH"));
        builder.environment().put("TMPDIR", temporary.toString());
        builder.environment().put("WAITS", waits.toString());
        Process archiving = builder.start();
        long started = pidIn(waits);

        assertEquals(
                0,
                new ProcessBuilder("kill", "-TERM", Long.toString(archiving.pid()))
                        .start()
                        .waitFor());

        assertTrue(archiving.waitFor(10, TimeUnit.SECONDS));
        ProcessHandle.of(started)
                .ifPresent(left -> left.onExit().orTimeout(10, TimeUnit.SECONDS).join());
        try (Stream<Path> left = Files.list(temporary)) {
            assertEquals(List.of(), left.toList());
        }
    }

    private static void script(Path file, String text) throws IOException {
        Files.writeString(file, text);
        assertTrue(file.toFile().setExecutable(true));
    }

    private static long pidIn(Path file) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (System.nanoTime() < end) {
            if (Files.exists(file) && !Files.readString(file).isBlank()) {
                return Long.parseLong(Files.readString(file).strip());
            }
            Thread.onSpinWait();
        }
        throw new AssertionError("it has not started");
    }
}
