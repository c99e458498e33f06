package org.waymark.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class DiscardableMemoryTest {
    private static final int BYTES = (1 << 20) + 5;

    @Test
    void isZeroAtFirstAndKeepsWhatIsWritten() {
        ByteBuffer bytes = DiscardableMemory.allocate(BYTES).bytes();

        assertEquals(BYTES, bytes.capacity());
        assertEquals(0, bytes.get(BYTES - 1));
        bytes.put(BYTES - 1, (byte) 7).putInt(0, 0x0102_0304);
        assertEquals(7, bytes.get(BYTES - 1));
        assertEquals(1, bytes.get(0));
    }

    @Test
    void isZeroToTheLastByteAndReadableAfterItWasDiscarded() {
        DiscardableMemory memory = DiscardableMemory.allocate(BYTES);
        DiscardableMemory other = DiscardableMemory.allocate(BYTES);
        for (int i = 0; i < BYTES; i++) {
            memory.bytes().put(i, (byte) 1);
            other.bytes().put(i, (byte) 2);
        }

        memory.discard();

        for (int i = 0; i < BYTES; i++) {
            assertEquals(0, memory.bytes().get(i));
            assertEquals(2, other.bytes().get(i));
        }
    }
}
