package org.waymark.dnstap;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What one worker has written and the writer has not taken yet: whole frames, each behind its length (4 bytes), as they go out. The worker
 * adds, the writer takes, and neither ever waits for the other.
 */
final class FrameRing {
    private static final int LENGTH = Integer.BYTES;

    private final ByteBuffer bytes;
    private final int capacity;
    private final Runnable onAdded;
    private final AtomicLong added = new AtomicLong();
    private final AtomicLong taken = new AtomicLong();

    /**
     * @param capacity how many bytes it holds, a power of two
     * @param onAdded is called by the worker after each frame
     */
    FrameRing(int capacity, Runnable onAdded) {
        this.bytes = ByteBuffer.allocateDirect(capacity);
        this.capacity = capacity;
        this.onAdded = onAdded;
    }

    /**
     * Adds a frame, unless there is no room.
     *
     * @param frame its bytes, from 0 to the limit
     * @return whether it was added
     */
    boolean add(ByteBuffer frame) {
        int length = frame.limit();
        long at = added.getPlain();
        if (at + LENGTH + length - taken.getAcquire() > capacity) {
            return false;
        }
        for (int i = 0; i < LENGTH; i++) {
            bytes.put(place(at + i), (byte) (length >> Byte.SIZE * (LENGTH - 1 - i)));
        }
        int start = place(at + LENGTH);
        int untilEnd = Math.min(length, capacity - start);
        bytes.put(start, frame, 0, untilEnd);
        if (untilEnd < length) {
            bytes.put(0, frame, untilEnd, length - untilEnd);
        }
        // Volatile, not only released: the worker looks next whether the writer sleeps.
        added.set(at + LENGTH + length);
        onAdded.run();
        return true;
    }

    /** Whether there is nothing to take. */
    boolean isEmpty() {
        return added.get() == taken.getPlain();
    }

    /** Takes as many whole frames as fit behind the position of the target. */
    void take(ByteBuffer target) {
        long from = taken.getPlain();
        int length = wholeFrames(from, added.getAcquire(), target.remaining());
        int start = place(from);
        int untilEnd = Math.min(length, capacity - start);
        int position = target.position();
        target.put(position, bytes, start, untilEnd);
        if (untilEnd < length) {
            target.put(position + untilEnd, bytes, 0, length - untilEnd);
        }
        target.position(position + length);
        taken.setRelease(from + length);
    }

    /** How many bytes the frames have that are there and fit. */
    private int wholeFrames(long from, long end, int room) {
        long at = from;
        while (at < end) {
            long next = at + LENGTH + lengthAt(at);
            if (next - from > room) {
                break;
            }
            at = next;
        }
        return (int) (at - from);
    }

    private int lengthAt(long position) {
        int length = 0;
        for (int i = 0; i < LENGTH; i++) {
            length = length << Byte.SIZE | Byte.toUnsignedInt(bytes.get(place(position + i)));
        }
        return length;
    }

    private int place(long position) {
        return (int) position & capacity - 1;
    }
}
