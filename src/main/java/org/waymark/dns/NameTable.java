package org.waymark.dns;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Map;

/**
 * Values by domain name. It looks up a name in place in its message, without allocation, and finds the value of the
 * name itself or of its longest suffix that has one. Upper and lower case are the same; suffixes consist of whole
 * labels.
 *
 * <p>It is a hash table with linear probing, never more than half full. The hash of a name with the bytes b0, b1, b2...
 * is b0 + b1 M + b2 M^2 + ... modulo the prime 2^61 - 1. M has an inverse, so the hash of a suffix follows from the
 * hash of the whole name: subtract the first byte, and divide the rest by M (a rolling hash: Karp and Rabin, "Efficient
 * randomized pattern-matching algorithms", 1987). One pass over the name computes its hash, and a second pass the
 * hashes of all suffixes. Both are spared to names whose last label is that of no name in the table.
 *
 * <p>M is random, and any two names have the same hash for at most 254 values of M. So nobody can write a list of names
 * that collide when others load it. (Modulo 2^64 would be faster, but there some names have the same hash whatever M
 * is.)
 *
 * <p>A table is immutable and safe for use by several threads.
 *
 * @param <V> the type of the values
 */
public final class NameTable<V> {
    /** 2^64 divided by the golden ratio. The highest bits of its product with the hash choose the slot. */
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

    /** The bits of the names' last labels, all if the root is one of them. Most names that are looked up have another last label. */
    private long lastLabels;

    /**
     * @param entries the names with their values, which are not null
     */
    public NameTable(Map<DomainName, V> entries) {
        int slots = Integer.highestOneBit(Math.max(1, entries.size())) << 2;
        this.shift = Long.numberOfLeadingZeros(slots - 1L);
        this.hashes = new long[slots];
        this.names = new byte[slots][];
        this.values = new Object[slots];
        entries.forEach(this::put);
    }

    private void put(DomainName name, V value) {
        ByteBuffer wire = name.wire();
        long hash = hash(wire, 0);
        int slot = slotOf(hash);
        while (names[slot] != null) {
            slot = next(slot);
        }
        lastLabels |= name.isRoot() ? -1 : lastLabel(wire, 0);
        byte[] bytes = new byte[wire.remaining()];
        wire.get(bytes);
        hashes[slot] = hash;
        names[slot] = bytes;
        values[slot] = value;
    }

    /** The inverse modulo the prime: the number to the power of PRIME - 2 (Fermat's little theorem). */
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

    /** The product modulo the prime of two numbers below it. Modulo 2^61 - 1, bits 61, 62... have the weight of bits 0, 1... */
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
        return mayHave(buffer, position) ? find(hash(buffer, position), buffer, position) : null;
    }

    /**
     * The value of the longest suffix of a name that has one, which may be the name itself or the root; null if no
     * suffix has one.
     *
     * @param buffer where the name is, in plain labels as {@link QueryReader} has found it
     * @param position the position of the name's first byte in it
     */
    public V findLongestSuffix(ByteBuffer buffer, int position) {
        if (!mayHave(buffer, position)) {
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

    /** Whether any suffix of a name may be in the table. */
    private boolean mayHave(ByteBuffer buffer, int position) {
        return lastLabels != 0 && (lastLabels & lastLabel(buffer, position)) != 0;
    }

    /** One of 64 bits, by the last label of a name, which is its top-level domain. */
    private static long lastLabel(ByteBuffer buffer, int position) {
        int last = position;
        int at = position;
        for (int label = buffer.get(at); label != 0; label = buffer.get(at)) {
            last = at;
            at += 1 + label;
        }
        long bits = 0;
        for (int i = last; i < at; i++) {
            bits = Long.rotateLeft(bits, Byte.SIZE) + DomainName.lower(buffer.get(i));
        }
        // The highest six bits; a shift takes no more anyway.
        return 1L << (bits * SPREAD >>> Long.SIZE - 6);
    }

    /** The hash of all bytes of a name except the last, the root's. */
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

    /** Every name ends with the root, so two names that are equal so far have not ended yet: this never reads past the end of either. */
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
