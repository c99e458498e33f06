package org.waymark.ports;

import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;

/** Unpredictable numbers for message ids and ports (RFC 5452, section 9.2), drawn in bulk because each draw costs a lot. */
public final class RandomNumbers {
    private static final int BULK_BYTES = 2048;

    private final RandomGenerator source;
    private final byte[] bytes = new byte[BULK_BYTES];
    private final ByteBuffer bulk = ByteBuffer.wrap(bytes).position(BULK_BYTES);

    /**
     * @param source what they are drawn from; nobody must be able to guess it
     */
    public RandomNumbers(RandomGenerator source) {
        this.source = source;
    }

    /**
     * @return a number from 0 to 65535, each as likely as the others
     */
    public int next16() {
        if (!bulk.hasRemaining()) {
            source.nextBytes(bytes);
            bulk.rewind();
        }
        return Short.toUnsignedInt(bulk.getShort());
    }

    /**
     * @param bound from 1 to 65536
     * @return a number from 0 to bound - 1, each as likely as the others
     */
    public int next(int bound) {
        int usable = (1 << Short.SIZE) / bound * bound;
        int number;
        do {
            number = next16();
        } while (number >= usable);
        return number % bound;
    }
}
