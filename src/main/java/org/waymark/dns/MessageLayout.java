package org.waymark.dns;

/**
 * Where the parts of a message lie: a flyweight that walks through all sections once, remembers the OPT record, and tells the message
 * where its question section ends: behind the header if there is none or it is malformed.
 *
 * <p>Messages come from strangers (RFC 9267), so nothing in them is believed. Counts only bound a loop whose every turn
 * consumes bytes that are there, names have at most {@link #MAX_NAME} bytes and {@link #MAX_POINTERS} jumps, and a jump
 * leads only backwards: the time is bounded by the message's length. Positions count from the message's first byte.
 */
final class MessageLayout {
    /** The position of something that the message does not have. */
    static final int NONE = -1;

    /** Offsets from the beginning of an OPT record, whose owner is the root and so a single byte (RFC 6891 6.1.2). */
    static final int OPT_PAYLOAD_SIZE = 3;

    static final int OPT_VERSION = 6;
    static final int OPT_FLAGS = 7;
    static final int OPT_DATA_LENGTH = 9;
    static final int OPT_DATA = 11;

    /** The bit of the OPT flags by which a client asks for DNSSEC records (RFC 3225 section 3). */
    static final int DO = 0x8000;

    private static final int TYPE_OPT = 41;

    /** Type and class. */
    private static final int QUESTION_FIXED = 4;

    /** Type, class, TTL and the length of the data, between a record's owner and its data. */
    private static final int RECORD_FIXED = 10;

    private static final int RECORD_DATA_LENGTH = 8;

    /** Code and length of an EDNS option. */
    private static final int OPTION_FIXED = 4;

    private static final int MAX_LABEL = 63;
    private static final int MAX_NAME = 255;

    /** A name has at most 127 labels, so a compressor that means well never needs more jumps. */
    private static final int MAX_POINTERS = 127;

    private static final int POINTER = 0xc0;
    private static final int POINTER_TARGET = 0x3fff;

    private WireMessage message;
    private int length;
    private int optStart = NONE;
    private int optEnd = NONE;

    /** Starts on a message of at least {@link Header#LENGTH} bytes, of which nothing but the header is known yet. */
    void begin(WireMessage message) {
        this.message = message;
        this.length = message.length();
        message.questionEndsAt(Header.LENGTH);
        optStart = NONE;
        optEnd = NONE;
    }

    /** Walks through all sections; false if they are malformed, and then what lies before the fault is known. */
    boolean walk() {
        int position = Header.LENGTH;
        for (int left = message.questions(); left > 0; left--) {
            position = afterQuestion(position);
            if (position == NONE) {
                return false;
            }
        }
        message.questionEndsAt(position);
        position = afterRecords(position, message.answers(), false);
        position = afterRecords(position, message.authorities(), false);
        return afterRecords(position, message.additionals(), true) != NONE;
    }

    /** The position of the OPT record's first byte, or {@link #NONE}. */
    int optStart() {
        return optStart;
    }

    /** The position behind the OPT record, or {@link #NONE}. */
    int optEnd() {
        return optEnd;
    }

    /** The type of the record that starts at a position, in a message that is well-formed. */
    int typeOfRecord(int start) {
        return message.unsignedShort(afterName(start));
    }

    /** The position behind the record that starts at {@code start}, or {@link #NONE}; no OPT record may be there. */
    int afterRecord(int start) {
        return afterRecord(start, false);
    }

    private int afterQuestion(int position) {
        int fixed = afterName(position);
        return fixed == NONE || fixed + QUESTION_FIXED > length ? NONE : fixed + QUESTION_FIXED;
    }

    private int afterRecords(int start, int count, boolean optAllowed) {
        int position = start;
        for (int left = count; left > 0 && position != NONE; left--) {
            position = afterRecord(position, optAllowed);
        }
        return position;
    }

    private int afterRecord(int start, boolean optAllowed) {
        int fixed = afterName(start);
        if (fixed == NONE || fixed + RECORD_FIXED > length) {
            return NONE;
        }
        int end = fixed + RECORD_FIXED + message.unsignedShort(fixed + RECORD_DATA_LENGTH);
        if (end > length) {
            return NONE;
        }
        if (message.unsignedShort(fixed) == TYPE_OPT && !(optAllowed && readOpt(start, end))) {
            return NONE;
        }
        return end;
    }

    /** RFC 6891 section 6.1.1: one OPT at most, and the root its owner, written as such. */
    private boolean readOpt(int start, int end) {
        if (optStart != NONE || message.unsignedByte(start) != 0) {
            return false;
        }
        int option = start + OPT_DATA;
        while (option < end) {
            if (option + OPTION_FIXED > end) {
                return false;
            }
            option += OPTION_FIXED + message.unsignedShort(option + 2);
        }
        if (option != end) {
            return false;
        }
        optStart = start;
        optEnd = end;
        return true;
    }

    /**
     * The position behind the name that starts at {@code start}, or {@link #NONE}. A pointer must lead to before the
     * run of labels that it ends (RFC 1035 section 4.1.4: "a prior occurrence"), which rules out loops.
     */
    private int afterName(int start) {
        int end = NONE;
        int run = start;
        int position = start;
        int nameLength = 1;
        int pointers = 0;
        while (position < length) {
            int octet = message.unsignedByte(position);
            if (octet == 0) {
                return end == NONE ? position + 1 : end;
            }
            if (octet <= MAX_LABEL) {
                nameLength += 1 + octet;
                position += 1 + octet;
                if (nameLength > MAX_NAME) {
                    return NONE;
                }
                continue;
            }
            if (octet < POINTER || position + 1 >= length || ++pointers > MAX_POINTERS) {
                return NONE;
            }
            end = end == NONE ? position + 2 : end;
            position = message.unsignedShort(position) & POINTER_TARGET;
            if (position < Header.LENGTH || position >= run) {
                return NONE;
            }
            run = position;
        }
        return NONE;
    }
}
