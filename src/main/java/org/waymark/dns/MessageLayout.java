package org.waymark.dns;

/**
 * The positions of the parts of a message. It reads through all sections once, remembers the OPT record, and sets the
 * message's {@link WireMessage#questionEnd}: directly after the header if there is no question or the question section
 * is malformed. It can be used for one message after another.
 *
 * <p>Messages come from strangers (RFC 9267), so nothing in them is trusted. The counts only bound loops in which every
 * turn consumes bytes that are there. Names have at most {@link #MAX_NAME} bytes and {@link #MAX_POINTERS} jumps, and a
 * jump leads only backwards. So the message's length bounds the time.
 *
 * <p>Positions count from the message's first byte.
 */
final class MessageLayout {
    /** The position of something that the message does not have. */
    static final int NONE = -1;

    /** Offsets from the start of an OPT record. Its owner is the root, a single byte (RFC 6891 section 6.1.2). */
    static final int OPT_PAYLOAD_SIZE = 3;

    /** The rest of the response code, before the version. */
    static final int OPT_RCODE = 5;

    static final int OPT_VERSION = 6;
    static final int OPT_FLAGS = 7;
    static final int OPT_DATA_LENGTH = 9;
    static final int OPT_DATA = 11;

    /** The bit of the OPT flags with which a client asks for DNSSEC records (RFC 3225 section 3). */
    static final int DO = 0x8000;

    private static final int TYPE_OPT = 41;

    /** The bytes of type and class. */
    private static final int QUESTION_FIXED = 4;

    /** The bytes between a record's owner and its data: type, class, TTL and the length of the data. */
    private static final int RECORD_FIXED = 10;

    private static final int RECORD_DATA_LENGTH = 8;

    /** The bytes of an EDNS option's code and length. */
    private static final int OPTION_FIXED = 4;

    private static final int MAX_LABEL = 63;
    private static final int MAX_NAME = 255;

    /** A name has at most 127 labels, so no reasonable compression needs more jumps. */
    private static final int MAX_POINTERS = 127;

    private static final int POINTER = 0xc0;
    private static final int POINTER_TARGET = 0x3fff;

    /** Is told of each record but OPT, as the sections are read. */
    interface RecordReader {
        /**
         * A record, which is well-formed itself; what follows it may not be.
         *
         * @param fixed the position of its type, which class, TTL and the length of the data follow
         * @param end the position after it
         */
        void record(Section section, int fixed, int end);
    }

    /** The sections with records. */
    enum Section {
        ANSWER,
        AUTHORITY,
        ADDITIONAL
    }

    private WireMessage message;
    private RecordReader reader;

    /** The position of the type of the record that was read last. */
    private int fixed;

    private int length;
    private int end = NONE;
    private int optStart = NONE;
    private int optEnd = NONE;

    /** Starts on a message. Nothing except the header is known about it yet. */
    void begin(WireMessage message) {
        this.message = message;
        this.length = message.length();
        message.questionEndsAt(Header.LENGTH);
        end = NONE;
        optStart = NONE;
        optEnd = NONE;
    }

    /**
     * Reads through all sections; the message must have a header. False if a section is malformed; what comes before
     * the fault is then known.
     */
    boolean walk() {
        return walk(null);
    }

    /** The same; the reader is told of each record. */
    boolean walk(RecordReader recordReader) {
        reader = recordReader;
        int position = Header.LENGTH;
        for (int left = message.questions(); left > 0; left--) {
            position = afterQuestion(position);
            if (position == NONE) {
                return false;
            }
        }
        message.questionEndsAt(position);
        position = afterRecords(position, message.answers(), Section.ANSWER);
        position = afterRecords(position, message.authorities(), Section.AUTHORITY);
        end = afterRecords(position, message.additionals(), Section.ADDITIONAL);
        return end != NONE;
    }

    /** The position after the last record, or {@link #NONE} if there is none that is known. */
    int end() {
        return end;
    }

    /** The position of the OPT record's first byte, or {@link #NONE}. */
    int optStart() {
        return optStart;
    }

    /** The position after the OPT record, or {@link #NONE}. */
    int optEnd() {
        return optEnd;
    }

    /** The type of the record that starts at a position; the message must be well-formed. */
    int typeOfRecord(int start) {
        return message.unsignedShort(afterName(start));
    }

    /** The position after the record that starts at {@code start}, or {@link #NONE} if it is malformed or an OPT record. */
    int afterRecord(int start) {
        return afterRecord(start, false);
    }

    private int afterQuestion(int position) {
        int fixed = afterName(position);
        return fixed == NONE || fixed + QUESTION_FIXED > length ? NONE : fixed + QUESTION_FIXED;
    }

    private int afterRecords(int start, int count, Section section) {
        int position = start;
        for (int left = count; left > 0 && position != NONE; left--) {
            int record = position;
            position = afterRecord(record, section == Section.ADDITIONAL);
            if (reader != null && position != NONE && record != optStart) {
                reader.record(section, fixed, position);
            }
        }
        return position;
    }

    private int afterRecord(int start, boolean optAllowed) {
        fixed = afterName(start);
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

    /** RFC 6891 section 6.1.1: there is at most one OPT, and its owner is the root, written as one zero byte. */
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
     * The position after the name that starts at {@code start}, or {@link #NONE} if it is malformed. A pointer must
     * lead to a place before the labels that it ends (RFC 1035 section 4.1.4: "a prior occurrence"), so there are no
     * loops.
     */
    int afterName(int start) {
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
