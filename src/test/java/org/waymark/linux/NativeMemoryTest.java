package org.waymark.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import org.junit.jupiter.api.Test;

class NativeMemoryTest {
    private static final int BLOCK = 4 << 20;
    private static final int BLOCKS = 16;

    @Test
    void isZeroAtFirst() {
        try (NativeMemory memory = NativeMemory.allocate(BLOCK)) {
            assertEquals(0, memory.host().getLong(0));
            assertEquals(0, memory.network().getLong(BLOCK - Long.BYTES));
        }
    }

    /** Listeners come and go with reloads, and each has buffers for the largest messages. */
    @Test
    void takesNoPhysicalMemoryUntilItIsTouchedHoweverOftenItIsMadeAnew() throws IOException {
        ArrayDeque<NativeMemory> open = new ArrayDeque<>();
        long before = residentKibibytes();
        for (int i = 0; i < 20 * BLOCKS; i++) {
            open.add(NativeMemory.allocate(BLOCK));
            if (open.size() > BLOCKS) {
                open.remove().close();
            }
        }
        long grown = residentKibibytes() - before;
        open.forEach(NativeMemory::close);
        assertTrue(grown < BLOCKS * BLOCK / 1024 / 2, grown + " KiB more are resident");
    }

    private static long residentKibibytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("RssAnon:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }
}
