package org.waymark.dnstap;

import java.nio.ByteBuffer;

/**
 * Writes the fields of a message in the wire format of Protocol Buffers (https://protobuf.dev/programming-guides/encoding) behind each
 * other. dnstap has some twenty fields of three kinds, and they are written without any object; the smallest library for it would add a
 * megabyte.
 */
final class Protobuf {
    /** Bytes for the length of a message of up to 2 MiB. */
    static final int OPEN_LENGTH = 3;

    private static final int VARINT = 0;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;
    private static final int TYPE_BITS = 3;

    private static final int GROUP_BITS = 7;
    private static final int GROUP = (1 << GROUP_BITS) - 1;

    private final ByteBuffer target;

    /**
     * @param target takes what is written; it must have room for it
     */
    Protobuf(ByteBuffer target) {
        this.target = target;
    }

    /** Writes a field of the type uint32 or uint64, or of an enum. */
    void number(int field, long value) {
        tag(field, VARINT);
        varint(value);
    }

    /** Writes a field of the type fixed32. */
    void fixed(int field, int value) {
        tag(field, FIXED32);
        target.putInt(Integer.reverseBytes(value));
    }

    /** Writes a field of the type bytes or string, or a message that is written already. */
    void bytes(int field, ByteBuffer source, int offset, int length) {
        bytes(field, length).put(target.position() - length, source, offset, length);
    }

    /** Writes the beginning of a field of the type bytes, and leaves room for the bytes themselves. */
    ByteBuffer bytes(int field, int length) {
        tag(field, BYTES);
        varint(length);
        return target.position(target.position() + length);
    }

    /** Begins a field that is a message, whose length is not known yet. Returns where that stands. */
    int open(int field) {
        tag(field, BYTES);
        int lengthAt = target.position();
        target.position(lengthAt + OPEN_LENGTH);
        return lengthAt;
    }

    /** Ends such a field. Its length takes the same room however long it is, which readers take for a number like any other. */
    void close(int lengthAt) {
        int length = target.position() - lengthAt - OPEN_LENGTH;
        for (int i = 0; i < OPEN_LENGTH; i++) {
            int group = length >> GROUP_BITS * i & GROUP;
            target.put(lengthAt + i, (byte) (i < OPEN_LENGTH - 1 ? group | ~GROUP : group));
        }
    }

    private void tag(int field, int type) {
        varint((long) field << TYPE_BITS | type);
    }

    /** Seven bits in each byte, the least significant ones first; all but the last have the highest bit set. */
    private void varint(long value) {
        long rest = value;
        while ((rest & ~GROUP) != 0) {
            target.put((byte) (rest & GROUP | ~GROUP));
            rest >>>= GROUP_BITS;
        }
        target.put((byte) rest);
    }
}
