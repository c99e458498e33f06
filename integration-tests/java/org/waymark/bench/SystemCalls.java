package org.waymark.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Counts system calls with perf, during a run of its own: counting makes every call of the machine slower. */
final class SystemCalls {
    private static final String EVENT = "raw_syscalls:sys_enter";
    private static final Pattern COUNT = Pattern.compile("(?m)^(\\d+),.*" + EVENT);

    private SystemCalls() {}

    /** Whether perf and the kernel can count them here. */
    static boolean canBeCounted() {
        try {
            return new ProcessBuilder("perf", "stat", "-e", EVENT, "true")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** The calls of a process and its children for each query of a load; nothing if there were no answers. */
    static OptionalDouble perQuery(long pid, Load load) {
        try {
            Path output = Files.createTempFile("waymark-bench", ".perf");
            try {
                Load.Result result = load.under(
                                "perf", "stat", "-x", ",", "-o", output.toString(), "-e", EVENT, "-p", pid + "", "--")
                        .run();
                Matcher matcher = COUNT.matcher(Files.readString(output));
                return matcher.find() && result.completed() > 0
                        ? OptionalDouble.of(Double.parseDouble(matcher.group(1)) / result.completed())
                        : OptionalDouble.empty();
            } finally {
                Files.delete(output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
