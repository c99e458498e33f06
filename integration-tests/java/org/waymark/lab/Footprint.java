package org.waymark.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a running forwarder holds, after a garbage collection.
 *
 * @param heapKib live objects
 * @param otherKib memory outside the heap that Java code asked for, such as direct buffers; 0 if the process does not track it
 * @param residentKib memory that the kernel has given to the process
 * @param files open files and sockets
 */
public record Footprint(long heapKib, long otherKib, long residentKib, int files) {
    /** Java 25 gives the generations other names than Java 17. */
    private static final Pattern HEAP =
            Pattern.compile("(?:heap|new generation|tenured generation|DefNew|Tenured) +total \\d+K, used (\\d+)K");

    private static final Pattern OTHER = Pattern.compile("Other \\(reserved=\\d+KB, committed=(\\d+)KB\\)");
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");

    /** Measures it. */
    public static Footprint of(Forwarder forwarder) {
        String pid = Long.toString(forwarder.pid());
        jcmd(pid, "GC.run");
        try {
            return new Footprint(
                    heap(jcmd(pid, "GC.heap_info")),
                    sum(OTHER, jcmd(pid, "VM.native_memory", "summary")),
                    sum(RESIDENT, Files.readString(Path.of("/proc", pid, "status"))),
                    forwarder.openFiles());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long heap(String text) {
        long kib = sum(HEAP, text);
        if (kib == 0) {
            throw new IllegalStateException("jcmd does not tell what the heap holds: " + text);
        }
        return kib;
    }

    private static long sum(Pattern pattern, String text) {
        long sum = 0;
        for (Matcher matcher = pattern.matcher(text); matcher.find(); ) {
            sum += Long.parseLong(matcher.group(1));
        }
        return sum;
    }

    private static String jcmd(String... words) {
        String[] command = new String[words.length + 1];
        command[0] = "jcmd";
        System.arraycopy(words, 0, command, 1, words.length);
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
