package org.waymark.dns;

import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;

/**
 * A hash that nobody can aim who does not know its key: for tables whose keys are what clients send. It is SipHash-1-3 (Aumasson and
 * Bernstein, "SipHash: a fast short-input PRF", 2012), with the rounds that Rust, Ruby and Python have settled on for their tables.
 * Sums of products with a secret seed, which cost less, can be made to collide whatever the seed is.
 */
public record SipHash(long key0, long key1) {
    /** Capital letters count as small ones; some other bytes become the same, too, which does no harm in a hash. */
    public static final long LETTERS_SMALL = 0x2020_2020_2020_2020L;

    /** Whatever the bytes are. */
    public static final long AS_THEY_ARE = 0;

    private static final int LAST_ROUNDS = 3;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /**
     * @param random what the key is drawn from; nobody must be able to guess it
     * @return one with a key of its own
     */
    public static SipHash drawnFrom(RandomGenerator random) {
        return new SipHash(random.nextLong(), random.nextLong());
    }

    /** The hash of a number. */
    public long of(long number) {
        return of(number, NOTHING, 0, 0, AS_THEY_ARE);
    }

    /**
     * The hash of a number, as eight bytes with the lowest first, and of the bytes that follow it.
     *
     * @param bytes in big-endian order
     * @param from the position of the first
     * @param to the position behind the last; not within the first eight of {@code bytes}, unless it is {@code from}
     * @param set bits that are set in every eight bytes, before they are hashed
     */
    public long of(long number, ByteBuffer bytes, int from, int to, long set) {
        int words = (to - from) / Long.BYTES;
        int rounds = 1 + words + 1 + LAST_ROUNDS;
        long v0 = key0 ^ 0x736f_6d65_7073_6575L;
        long v1 = key1 ^ 0x646f_7261_6e64_6f6dL;
        long v2 = key0 ^ 0x6c79_6765_6e65_7261L;
        long v3 = key1 ^ 0x7465_6462_7974_6573L;
        long word = number;
        for (int i = 0; i < rounds; i++) {
            v3 ^= word;
            v0 += v1;
            v1 = Long.rotateLeft(v1, 13) ^ v0;
            v0 = Long.rotateLeft(v0, 32);
            v2 += v3;
            v3 = Long.rotateLeft(v3, 16) ^ v2;
            v0 += v3;
            v3 = Long.rotateLeft(v3, 21) ^ v0;
            v2 += v1;
            v1 = Long.rotateLeft(v1, 17) ^ v2;
            v2 = Long.rotateLeft(v2, 32);
            v0 ^= word;
            if (i < words) {
                word = Long.reverseBytes(bytes.getLong(from + i * Long.BYTES)) | set;
            } else if (i == words) {
                word = last(bytes, from, to, set);
            } else {
                word = 0;
                v2 ^= i == words + 1 ? 0xff : 0;
            }
        }
        return v0 ^ v1 ^ v2 ^ v3;
    }

    /** What is left when the whole words are hashed; its highest byte says how many bytes there were, with the number's. */
    private static long last(ByteBuffer bytes, int from, int to, long set) {
        int rest = (to - from) % Long.BYTES;
        long word =
                rest == 0 ? 0 : Long.reverseBytes(bytes.getLong(to - Long.BYTES)) >>> (Long.BYTES - rest) * Byte.SIZE;
        return (word | set) & (1L << rest * Byte.SIZE) - 1 | (long) (Long.BYTES + to - from) << Long.SIZE - Byte.SIZE;
    }
}
