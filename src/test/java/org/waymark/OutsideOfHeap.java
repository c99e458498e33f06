package org.waymark;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much memory this JVM has outside of its heap. */
public final class OutsideOfHeap {
    private OutsideOfHeap() {}

    /** Anonymous memory that is not in the mapping of the heap; other tests may run in the process before, but not at the same time. */
    public static long residentBytes() throws IOException {
        long heap = 0;
        boolean isHeap = false;
        long all = 0;
        for (String line : Files.readAllLines(Path.of("/proc/self/smaps"), StandardCharsets.ISO_8859_1)) {
            if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
                isHeap = isRegionOfJvm(line);
            } else if (line.startsWith("Anonymous:")) {
                long bytes = Long.parseLong(line.replaceAll("\\D", "")) << 10;
                all += bytes;
                heap += isHeap ? bytes : 0;
            }
        }
        return all - heap;
    }

    private static boolean isRegionOfJvm(String line) {
        String[] range = line.substring(0, line.indexOf(' ')).split("-");
        long size = Long.parseUnsignedLong(range[1], 16) - Long.parseUnsignedLong(range[0], 16);
        return size > 64 << 20;
    }
}
