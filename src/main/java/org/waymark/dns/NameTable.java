package org.waymark.dns;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Map;

/**
 * Values by domain name, found by a name where it lies in a message, without allocation: the value of the name itself, or
 * that of the longest suffix of it that has one. Letters count the same in either case; suffixes are of whole labels.
 *
 * <p>It is a hash table with linear probing, never more than half full. The hash of a name with the bytes b0, b1, b2... is
 * b0 + b1 M + b2 M^2 + ... modulo the prime 2^61 - 1. M has an inverse, by which the hash of a suffix follows from that of
 * the whole name: the first byte is taken away, and the rest divided by M (a rolling hash: Karp and Rabin, "Efficient
 * randomized pattern-matching algorithms", 1987). One pass along the name finds its hash, a second one all suffixes'. M is
 * random, and two names have the same hash for 254 of all M at most: who writes a list of names for others to load can't make them
 * collide. (Modulo 2^64, which is faster, some names have the same hash whatever M is.)
 *
 * <p>A table never changes; several threads may ask it.
 *
 * @param <V> what a name stands for
 */
public final class NameTable<V> {
    /** Bits of the hash that choose the slot are the highest of its product with this, 2^64 over the golden ratio. */
    private static final long SPREAD = 0x9E37_79B9_7F4A_7C15L;

    private static final int PRIME_BITS = 61;
    private static final long PRIME = (1L << PRIME_BITS) - 1;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final long multiplier = 2 + RANDOM.nextLong(PRIME - 2);
    private final long inverse = inverseOf(multiplier);
    private final int shift;
    private final long[] hashes;
    private final byte[][] names;
    private final Object[] values;
    private final boolean empty;

    /**
     * @param entries the names with their values; null is none
     */
    public NameTable(Map<DomainName, V> entries) {
        int slots = Integer.highestOneBit(Math.max(1, entries.size())) << 2;
        this.shift = Long.numberOfLeadingZeros(slots - 1L);
        this.hashes = new long[slots];
        this.names = new byte[slots][];
        this.values = new Object[slots];
        this.empty = entries.isEmpty();
        entries.forEach(this::put);
    }

    private void put(DomainName name, V value) {
        ByteBuffer wire = name.wire();
        long hash = hash(wire, 0);
        int slot = slotOf(hash);
        while (names[slot] != null) {
            slot = next(slot);
        }
        byte[] bytes = new byte[wire.remaining()];
        wire.get(bytes);
        hashes[slot] = hash;
        names[slot] = bytes;
        values[slot] = value;
    }

    /** The inverse modulo the prime, by Fermat's little theorem: the power PRIME - 2. */
    private static long inverseOf(long number) {
        long inverse = 1;
        for (int bit = PRIME_BITS - 1; bit >= 0; bit--) {
            inverse = times(inverse, inverse);
            if ((PRIME - 2 >>> bit & 1) == 1) {
                inverse = times(inverse, number);
            }
        }
        return inverse;
    }

    /** Both are below the prime. Modulo 2^61 - 1, bit 61 and those above it count as bit 0 and those above it. */
    private static long times(long one, long other) {
        long low = one * other;
        long high = Math.multiplyHigh(one, other) << Long.SIZE - PRIME_BITS | low >>> PRIME_BITS;
        return plus(high, low & PRIME);
    }

    private static long plus(long one, long other) {
        long sum = one + other;
        return sum >= PRIME ? sum - PRIME : sum;
    }

    /**
     * The value of a name, or null if it has none.
     *
     * @param buffer where the name is, in plain labels as {@link QueryReader} has found it
     * @param position the position of the name's first byte in it
     */
    public V find(ByteBuffer buffer, int position) {
        return empty ? null : find(hash(buffer, position), buffer, position);
    }

    /**
     * The value of the longest suffix of a name that has one, which may be the name itself or the root; null if none has.
     *
     * @param buffer where the name is, in plain labels as {@link QueryReader} has found it
     * @param position the position of the name's first byte in it
     */
    public V findLongestSuffix(ByteBuffer buffer, int position) {
        if (empty) {
            return null;
        }
        long hash = hash(buffer, position);
        int at = position;
        while (true) {
            V value = find(hash, buffer, at);
            int label = buffer.get(at);
            if (value != null || label == 0) {
                return value;
            }
            for (int end = at + 1 + label; at < end; at++) {
                hash = times(plus(hash, PRIME - DomainName.lower(buffer.get(at))), inverse);
            }
        }
    }

    /** The hash of the bytes before the root's. */
    long hash(ByteBuffer buffer, int position) {
        long hash = 0;
        long power = 1;
        int at = position;
        for (int label = buffer.get(at); label != 0; label = buffer.get(at)) {
            for (int end = at + 1 + label; at < end; at++) {
                hash = plus(hash, times(DomainName.lower(buffer.get(at)), power));
                power = times(power, multiplier);
            }
        }
        return hash;
    }

    @SuppressWarnings("unchecked") // put() takes nothing but V.
    private V find(long hash, ByteBuffer buffer, int position) {
        int slot = slotOf(hash);
        while (names[slot] != null) {
            if (hashes[slot] == hash && isName(names[slot], buffer, position)) {
                return (V) values[slot];
            }
            slot = next(slot);
        }
        return null;
    }

    /** Names end with the root: as long as two are the same, neither goes beyond its end before the other. */
    private static boolean isName(byte[] name, ByteBuffer buffer, int position) {
        for (int i = 0; i < name.length; i++) {
            if (Byte.toUnsignedInt(name[i]) != DomainName.lower(buffer.get(position + i))) {
                return false;
            }
        }
        return true;
    }

    private int slotOf(long hash) {
        return (int) (hash * SPREAD >>> shift);
    }

    private int next(int slot) {
        return slot + 1 & names.length - 1;
    }
}
