package org.waymark.dnstap;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class FrameRingTest {
    private static final int FRAMES = 200_000;

    @Test
    void takesNoMoreThanItHasRoomFor() {
        FrameRing ring = new FrameRing(16, () -> {});

        assertTrue(ring.add(frame("first")));
        assertFalse(ring.add(frame("second")));
        assertTrue(ring.add(frame("2nd")));
        assertFalse(ring.add(frame("")));

        assertEquals("\0\0\0\5first\0\0\0\0032nd", take(ring, 20));
        assertTrue(ring.isEmpty());
        assertTrue(ring.add(frame("third")));
        assertTrue(ring.add(frame("4th")));
        assertEquals("\0\0\0\5third\0\0\0\0034th", take(ring, 20));
    }

    @Test
    void givesWholeFramesOnly() {
        FrameRing ring = new FrameRing(64, () -> {});
        ring.add(frame("first"));
        ring.add(frame("second"));

        assertEquals("\0\0\0\5first", take(ring, 18));
        assertEquals("", take(ring, 9));
        assertEquals("\0\0\0\6second", take(ring, 10));
    }

    private static ByteBuffer frame(String text) {
        return ByteBuffer.wrap(text.getBytes(US_ASCII));
    }

    private static String take(FrameRing ring, int room) {
        ByteBuffer target = ByteBuffer.allocate(room);
        ring.take(target);
        return new String(target.array(), 0, target.position(), US_ASCII);
    }

    /** Each frame is a number and as many bytes as its length says; those that were added arrive, all of them and in order. */
    @Test
    void losesNothingBetweenTwoThreads() {
        long seed = System.nanoTime();
        FrameRing ring = new FrameRing(8_192, () -> {});
        CompletableFuture<Integer> added = CompletableFuture.supplyAsync(() -> addAll(ring, new Random(seed)));
        ByteBuffer target = ByteBuffer.allocate(5_000);
        int taken = 0;
        int last = -1;
        while (!added.isDone() || !ring.isEmpty()) {
            ring.take(target.clear());
            target.flip();
            while (target.hasRemaining()) {
                int length = target.getInt();
                int number = target.getInt();
                assertTrue(number > last, "seed " + seed);
                for (int i = Integer.BYTES; i < length; i++) {
                    assertEquals((byte) number, target.get(), "seed " + seed);
                }
                last = number;
                taken++;
            }
        }
        assertEquals(added.join(), taken, "seed " + seed);
    }

    private static int addAll(FrameRing ring, Random random) {
        int added = 0;
        ByteBuffer frame = ByteBuffer.allocate(2_000);
        for (int number = 0; number < FRAMES; number++) {
            int length = Integer.BYTES + random.nextInt(frame.capacity() - Integer.BYTES);
            frame.clear().putInt(number);
            while (frame.position() < length) {
                frame.put((byte) number);
            }
            if (ring.add(frame.flip())) {
                added++;
            } else {
                Thread.onSpinWait();
            }
        }
        return added;
    }
}
