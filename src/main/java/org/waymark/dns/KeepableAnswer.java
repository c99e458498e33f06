package org.waymark.dns;

/**
 * Reads from an answer whether it may be kept, for how long, and where its TTLs are (RFC 2308, RFC 2181). One object reads one answer after
 * another and allocates nothing.
 */
public final class KeepableAnswer {
    /** The most records that a kept answer may have. */
    public static final int MOST_RECORDS = 255;

    private static final int RECORD_TTL = 4;
    private static final int RECORD_FIXED = 10;

    private static final int TYPE_SOA = 6;

    /** The shortest data of a SOA record: two names that are the root, and five numbers of four bytes. */
    private static final int SHORTEST_SOA = 22;

    private static final int OPTION_FIXED = 4;
    private static final int OPTION_PADDING = 12;
    private static final int OPTION_EXTENDED_ERROR = 15;

    private final MessageLayout layout = new MessageLayout();
    private final MessageLayout.RecordReader reader = this::record;
    private final int[] ttlPositions = new int[MOST_RECORDS];
    private WireMessage answer;
    private int ttls;
    private long lowestTtl;
    private boolean hasAsked;
    private boolean hasSoa;

    /**
     * Reads an answer; the other methods describe it then, as long as its buffer is unchanged.
     *
     * <p>Not to be kept are: what is cut (TC), malformed or not about one question; errors other than NXDOMAIN and SERVFAIL; what says
     * something to its client only, in an option other than padding (RFC 7830) and extended errors (RFC 8914); a name or type that does not
     * exist without the SOA that says for how long (RFC 2308, section 5); anything with a TTL of 0.
     *
     * @param message an answer whose question is the one that was asked
     * @return whether it may be kept
     */
    public boolean read(WireMessage message) {
        answer = message;
        ttls = 0;
        lowestTtl = Long.MAX_VALUE;
        hasAsked = false;
        hasSoa = false;
        if (!message.hasHeader() || message.isTruncated() || message.questions() != 1) {
            return false;
        }
        layout.begin(message);
        if (!layout.walk(reader) || !saysNothingElse() || ttls > MOST_RECORDS) {
            return false;
        }
        return switch (message.rcode()) {
            case Header.RCODE_NOERROR, Header.RCODE_NXDOMAIN -> lowestTtl > 0 && ttls > 0 && (hasSoa || !isNegative());
            case Header.RCODE_SERVFAIL -> true;
            default -> false;
        };
    }

    /** Whether its OPT, if it has one, is of version 0, extends no error, and has no options for its client only. */
    private boolean saysNothingElse() {
        int opt = layout.optStart();
        if (opt == MessageLayout.NONE) {
            return true;
        }
        if (answer.unsignedShort(opt + MessageLayout.OPT_RCODE) != 0) {
            return false;
        }
        for (int option = opt + MessageLayout.OPT_DATA; option < layout.optEnd(); ) {
            int code = answer.unsignedShort(option);
            if (code != OPTION_PADDING && code != OPTION_EXTENDED_ERROR) {
                return false;
            }
            option += OPTION_FIXED + answer.unsignedShort(option + Short.BYTES);
        }
        return true;
    }

    private void record(MessageLayout.Section section, int fixed, int end) {
        if (ttls < MOST_RECORDS) {
            ttlPositions[ttls] = fixed + RECORD_TTL;
            lowestTtl = Math.min(lowestTtl, ttlAt(fixed + RECORD_TTL));
        }
        ttls++;
        int type = answer.unsignedShort(fixed);
        hasAsked |= section == MessageLayout.Section.ANSWER && type == answer.questionType();
        if (section == MessageLayout.Section.AUTHORITY && type == TYPE_SOA) {
            readSoa(fixed + RECORD_FIXED, end);
        }
    }

    /** A negative answer is valid for the last number of the SOA at most (RFC 2308, section 5); in others that number says nothing. */
    private void readSoa(int start, int end) {
        if (end - start >= SHORTEST_SOA) {
            hasSoa = true;
            if (isNegative()) {
                lowestTtl = Math.min(lowestTtl, ttlAt(end - Integer.BYTES));
            }
        }
    }

    /** A TTL whose highest bit is set counts as 0 (RFC 2181, section 8). */
    private long ttlAt(int position) {
        return Math.max(0, answer.buffer().getInt(answer.offset() + position));
    }

    /** How long it is valid, in seconds: no TTL in it is lower. Only of answers that are no {@link #isFailure}. */
    public long seconds() {
        return lowestTtl;
    }

    /** Whether it says that there is no such name, or nothing of the type that was asked for. */
    public boolean isNegative() {
        return answer.rcode() == Header.RCODE_NXDOMAIN || !hasAsked;
    }

    /** Whether the server has failed. */
    public boolean isFailure() {
        return answer.rcode() == Header.RCODE_SERVFAIL;
    }

    /** How many TTLs there are, that of OPT, which is none, not counted. */
    public int ttls() {
        return ttls;
    }

    /** Where a TTL is, in bytes from the start of the message. */
    public int ttlPosition(int index) {
        return ttlPositions[index];
    }
}
