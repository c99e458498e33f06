package org.waymark.names;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.waymark.dns.DomainName;
import org.waymark.dns.SipHash;
import org.waymark.linux.DiscardableMemory;

/**
 * The bytes of names, one after the other, outside of the Java heap: the labels of each in wire form, in small letters, and in place of the
 * root two bytes that no length of a label begins with: the code of the name's verdict. So it also sees where a name ends.
 */
final class NameBytes {
    /** The bits of a name's place. */
    static final int PLACE_BITS = 29;

    private static final int FIRST_CODE = 64 << Byte.SIZE;
    private static final int CODE_BYTES = 2;
    private static final int MOST_NAME_BYTES = 255 + CODE_BYTES;
    private static final int CHUNK_BITS = 20;
    private static final int CHUNK = 1 << CHUNK_BITS;

    private final List<DiscardableMemory> memory = new ArrayList<>();
    private ByteBuffer[] chunks = {};

    /** The first place is 1, so that 0 can mean none. */
    private int end = 1;

    /** The hash of a name, by that of its parent and its own first label. */
    static long hash(SipHash hashes, long parent, ByteBuffer name, int at) {
        long hash = parent;
        long word = 0;
        int length = 1 + name.get(at);
        for (int i = 0; i < length; i++) {
            word = word << Byte.SIZE | DomainName.lower(name.get(at + i));
            if ((i + 1) % Long.BYTES == 0) {
                hash = hashes.of(hash ^ word);
                word = 0;
            }
        }
        // The length comes first, so nothing is lost if the label fills its words.
        return length % Long.BYTES == 0 ? hash : hashes.of(hash ^ word);
    }

    /** The hash of a whole name. */
    static long hashOfAll(SipHash hashes, ByteBuffer name, int at) {
        int label = name.get(at);
        return label == 0 ? 0 : hash(hashes, hashOfAll(hashes, name, at + 1 + label), name, at);
    }

    /** How many labels a name has, without the root. */
    static int labels(ByteBuffer name, int position) {
        int count = 0;
        for (int at = position; name.get(at) != 0; at += 1 + name.get(at)) {
            count++;
        }
        return count;
    }

    /** Whether there is room for another name. */
    boolean hasRoom() {
        return end < (1 << PLACE_BITS) - 2 * CHUNK;
    }

    /**
     * Adds a name; there must be room for it.
     *
     * @param length the bytes of the name without the root
     * @return its place
     */
    int add(byte[] name, int length, int code) {
        if (memory.isEmpty() || (end & CHUNK - 1) > CHUNK - MOST_NAME_BYTES) {
            end = Math.max(1, memory.size() << CHUNK_BITS);
            memory.add(DiscardableMemory.allocate(CHUNK));
            chunks = memory.stream().map(DiscardableMemory::bytes).toArray(ByteBuffer[]::new);
        }
        int place = end;
        chunkOf(place).put(place & CHUNK - 1, name, 0, length);
        end += length + CODE_BYTES;
        setCode(place, length, code);
        return place;
    }

    void setCode(int place, int length, int code) {
        chunkOf(place).putShort((place & CHUNK - 1) + length, (short) (FIRST_CODE + code));
    }

    /** The code of the name at a place, if it is this name; or else a negative number. */
    int codeIf(int place, ByteBuffer name, int position) {
        ByteBuffer chunk = chunkOf(place);
        int entry = place & CHUNK - 1;
        int at = 0;
        // Two names that are equal so far have not ended yet: this never reads past the end of either.
        for (byte length = name.get(position); length != 0; length = name.get(position + at)) {
            for (int last = at + length; at <= last; at++) {
                if (Byte.toUnsignedInt(chunk.get(entry + at)) != DomainName.lower(name.get(position + at))) {
                    return -1;
                }
            }
        }
        return Short.toUnsignedInt(chunk.getShort(entry + at)) - FIRST_CODE;
    }

    /** The hash of the name at a place. */
    long hashAt(int place, SipHash hashes) {
        return hashFrom(chunkOf(place), place & CHUNK - 1, hashes);
    }

    private static long hashFrom(ByteBuffer chunk, int at, SipHash hashes) {
        int label = Byte.toUnsignedInt(chunk.get(at));
        return label >= FIRST_CODE >>> Byte.SIZE ? 0 : hash(hashes, hashFrom(chunk, at + 1 + label, hashes), chunk, at);
    }

    private ByteBuffer chunkOf(int place) {
        return chunks[place >>> CHUNK_BITS];
    }

    /** The bits that the places of all names fit in. */
    int placeBits() {
        return Integer.SIZE - Integer.numberOfLeadingZeros(end);
    }

    void discard() {
        memory.forEach(DiscardableMemory::discard);
    }
}
