package org.waymark.names;

import java.nio.ByteBuffer;
import org.waymark.dns.SipHash;
import org.waymark.linux.DiscardableMemory;

/**
 * A hash table of the places of names, with linear probing, outside of the Java heap. A slot has four bytes: the place, and above it as many
 * bits of the hash as there is room for, so that hardly ever the bytes of another name are looked at. 0 is an empty slot.
 */
final class Slots {
    /** No slot has the name. */
    static final int NONE = -1;

    /** A little more than a third of the slots is empty when the table is complete. */
    private static final double SLOTS_PER_NAME = 1.4;

    private final DiscardableMemory memory;
    private final ByteBuffer slots;
    private final int count;
    private final int placeBits;
    private int used;

    private Slots(int count, int placeBits) {
        this.memory = DiscardableMemory.allocate(count * Integer.BYTES);
        this.slots = memory.bytes();
        this.count = count;
        this.placeBits = placeBits;
    }

    /** Some for names that are still to come. */
    static Slots empty() {
        return new Slots(1 << 10, NameBytes.PLACE_BITS);
    }

    int used() {
        return used;
    }

    /** Whether looking for names would become slow if there were more. */
    boolean areFull() {
        return used * SLOTS_PER_NAME > count;
    }

    /** The same names in twice as many slots. These are not to be used any more. */
    Slots twice(NameBytes bytes, SipHash hashes) {
        return moved(2 * count, placeBits, bytes, hashes);
    }

    /** The same names in as many slots as they need. These are not to be used any more. */
    Slots fitted(NameBytes bytes, SipHash hashes) {
        return moved((int) (used * SLOTS_PER_NAME) + 1, bytes.placeBits(), bytes, hashes);
    }

    private Slots moved(int otherCount, int otherBits, NameBytes bytes, SipHash hashes) {
        Slots others = new Slots(otherCount, otherBits);
        for (int slot = 0; slot < count; slot++) {
            int value = value(slot);
            if (value != 0) {
                int place = place(value);
                others.add(bytes.hashAt(place, hashes), place);
            }
        }
        discard();
        return others;
    }

    /** Adds the place of a name that has none. */
    void add(long hash, int place) {
        int slot = first(hash);
        while (value(slot) != 0) {
            slot = next(slot);
        }
        slots.putInt(slot * Integer.BYTES, place | tag(hash));
        used++;
    }

    /** The code of a name; negative if it is not here. */
    int find(long hash, NameBytes bytes, ByteBuffer name, int position) {
        int tag = tag(hash);
        int slot = first(hash);
        for (int value = value(slot); value != 0; value = value(slot)) {
            if ((value & -1 << placeBits) == tag) {
                int code = bytes.codeIf(place(value), name, position);
                if (code >= 0) {
                    return code;
                }
            }
            slot = next(slot);
        }
        return NONE;
    }

    /** The place of a name that is here. */
    int placeOf(long hash, NameBytes bytes, ByteBuffer name, int position) {
        int slot = first(hash);
        while (bytes.codeIf(place(value(slot)), name, position) < 0) {
            slot = next(slot);
        }
        return place(value(slot));
    }

    private int place(int value) {
        return value & ~(-1 << placeBits);
    }

    /** Bits of the hash that do not choose the slot, which its highest bits do. */
    private int tag(long hash) {
        return (int) hash << placeBits;
    }

    private int first(long hash) {
        return (int) Math.multiplyHigh(hash >>> 1, 2L * count);
    }

    private int next(int slot) {
        return slot + 1 == count ? 0 : slot + 1;
    }

    private int value(int slot) {
        return slots.getInt(slot * Integer.BYTES);
    }

    void discard() {
        memory.discard();
    }
}
