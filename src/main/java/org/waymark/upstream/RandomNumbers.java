package org.waymark.upstream;

import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;

/** Unpredictable numbers for message ids and ports (RFC 5452, section 9.2), drawn in bulk because each draw is dear. */
final class RandomNumbers {
    private static final int BULK_BYTES = 2048;

    private final RandomGenerator source;
    private final byte[] bytes = new byte[BULK_BYTES];
    private final ByteBuffer bulk = ByteBuffer.wrap(bytes).position(BULK_BYTES);

    RandomNumbers(RandomGenerator source) {
        this.source = source;
    }

    /** Returns a number from 0 to 65535, each as likely as the others. */
    int next16() {
        if (!bulk.hasRemaining()) {
            source.nextBytes(bytes);
            bulk.rewind();
        }
        return Short.toUnsignedInt(bulk.getShort());
    }

    /** Returns a number from 0 to bound - 1, each as likely as the others; the bound is 1 to 65536. */
    int next(int bound) {
        int usable = (1 << Short.SIZE) / bound * bound;
        int number;
        do {
            number = next16();
        } while (number >= usable);
        return number % bound;
    }
}
