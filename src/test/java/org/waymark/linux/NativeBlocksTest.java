package org.waymark.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class NativeBlocksTest {
    private static final int BLOCKS = 3;
    private static final int BYTES = 1 << 20;

    @Test
    void blocksAreZeroAtFirstAndApartFromEachOther() {
        try (NativeBlocks memory = NativeBlocks.allocate(BLOCKS, BYTES + 1)) {
            assertEquals(BLOCKS, memory.blocks().size());
            for (int i = 0; i < BLOCKS; i++) {
                NativeMemory block = memory.blocks().get(i);
                assertEquals(BYTES, block.host().capacity());
                for (int at = 0; at < BYTES; at += Long.BYTES) {
                    assertEquals(0, block.host().getLong(at));
                    block.host().putLong(at, i);
                }
            }
            for (int i = 0; i < BLOCKS; i++) {
                assertEquals(i, memory.blocks().get(i).host().getLong(0));
                assertEquals(i, memory.blocks().get(i).host().getLong(BYTES - Long.BYTES));
            }
        }
    }

    @Test
    void noBlocksAreNoMemory() {
        try (NativeBlocks memory = NativeBlocks.allocate(0, 0)) {
            assertEquals(0, memory.blocks().size());
        }
    }
}
