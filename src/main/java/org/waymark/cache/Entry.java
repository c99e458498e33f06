package org.waymark.cache;

/**
 * Where what is in an entry: fields of fixed length in the processor's byte order, the positions of the answer's TTLs, 16 bits each, and
 * the answer itself, both in network byte order. All offsets are from the start of the entry, in bytes.
 */
final class Entry {
    /** The offset in the segment of the next entry in the same bucket, 32 bits; 0 if there is none. */
    static final int NEXT = 0;

    /** The bytes that the entry occupies, 32 bits, a multiple of {@link #ALIGNMENT}. */
    static final int SIZE = 4;

    /** The hash of the key, 64 bits. */
    static final int HASH = 8;

    /** The view, 64 bits. */
    static final int VIEW = 16;

    /** When the answer came, in milliseconds of the cache's clock, 64 bits. */
    static final int STORED = 24;

    /** How long it is fresh, in seconds, 32 bits. */
    static final int LIFE = 32;

    /** The variant, 16 bits. */
    static final int VARIANT = 36;

    /** The length of the answer, 16 bits. */
    static final int LENGTH = 38;

    /** The largest answer that the query would have taken, 16 bits. */
    static final int LIMIT = 40;

    /** Where the answer's question ends, 16 bits. */
    static final int QUESTION_END = 42;

    /** How many TTLs there are, 8 bits. */
    static final int TTLS = 44;

    /** Bits, see below, 8 bits. */
    static final int STATE = 45;

    /** Until when a stale answer serves without a server being asked, in seconds after it came, 32 bits. */
    static final int STALE_UNTIL = 48;

    /** The bytes before the TTLs' positions. */
    static final int FIXED = 56;

    /** It is in the main ring. */
    static final int IN_MAIN = 1;

    /** No key leads to it any more. */
    static final int DEAD = 2;

    /** Somebody is asking for a new answer before this one is too old. */
    static final int REFRESHING = 4;

    /** The answer says that the server has failed. */
    static final int FAILURE = 8;

    static final int ALIGNMENT = 8;

    private Entry() {}

    /** The bytes that an entry needs. */
    static int size(int ttls, int length) {
        return FIXED + ttls * Short.BYTES + length + ALIGNMENT - 1 & -ALIGNMENT;
    }
}
