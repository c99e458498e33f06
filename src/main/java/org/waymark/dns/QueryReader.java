package org.waymark.dns;

import java.io.IOException;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/**
 * Reads a client's message in place. Each worker creates one reader, which then allocates nothing for a message.
 * {@link #read} checks a message, and the other methods describe the message that was read last, as long as its buffer
 * is unchanged. Not thread-safe.
 *
 * <p>Queries, NOTIFYs (RFC 1996) and UPDATEs (RFC 2136, whose sections have the same shape) are read from start to end.
 * Of a message with another opcode only the header is read, so it appears to have no question and no OPT.
 */
public final class QueryReader {
    /** The largest answer that a client without EDNS accepts over UDP, in bytes (RFC 1035 section 2.3.4). */
    public static final int MIN_PAYLOAD_SIZE = 512;

    private final MessageLayout layout = new MessageLayout();
    private WireMessage message;

    /**
     * Reads and checks a message, and sets its {@link WireMessage#questionEnd}.
     *
     * <p>A message that is shorter than a header or has QR set gets no answer. These are format errors: more than one
     * question in a query (RFC 9619), a name or record that reaches past the end, a label type other than plain and
     * pointer, a pointer that does not lead backwards, a name of more than 255 bytes, a second OPT, and an OPT that is
     * malformed or outside the additional section (RFC 6891 section 6.1.1). The data of other records is not checked,
     * and bytes after the last record are allowed.
     */
    public MessageForm read(WireMessage message) {
        this.message = message;
        layout.begin(message);
        if (!message.hasHeader() || message.isResponse()) {
            return MessageForm.SILENCE;
        }
        int opcode = message.opcode();
        if (opcode != Header.OPCODE_QUERY && opcode != Header.OPCODE_NOTIFY && opcode != Header.OPCODE_UPDATE) {
            return MessageForm.WELL_FORMED;
        }
        if (opcode == Header.OPCODE_QUERY && message.questions() > 1) {
            return MessageForm.FORMAT_ERROR;
        }
        return layout.walk() ? MessageForm.WELL_FORMED : MessageForm.FORMAT_ERROR;
    }

    /** Whether there is a well-formed OPT record. */
    public boolean hasEdns() {
        return layout.optStart() != MessageLayout.NONE;
    }

    /** The EDNS version that the client speaks, 0 to 255; 0 without OPT. */
    public int ednsVersion() {
        return hasEdns() ? message.unsignedByte(layout.optStart() + MessageLayout.OPT_VERSION) : 0;
    }

    /**
     * The largest answer, in bytes, that the client accepts over UDP: {@link #MIN_PAYLOAD_SIZE} if it states none or a
     * smaller one (RFC 6891 section 6.2.3).
     */
    public int payloadSize() {
        if (!hasEdns()) {
            return MIN_PAYLOAD_SIZE;
        }
        int advertised = message.unsignedShort(layout.optStart() + MessageLayout.OPT_PAYLOAD_SIZE);
        return Math.max(MIN_PAYLOAD_SIZE, advertised);
    }

    /** Whether the DO bit is set: the client wants DNSSEC records (RFC 3225). */
    boolean isDnssecOk() {
        return hasEdns()
                && (message.unsignedShort(layout.optStart() + MessageLayout.OPT_FLAGS) & MessageLayout.DO) != 0;
    }

    /**
     * Says what an answer may depend on besides the question. Queries with the same question and variant get the same
     * answer from a server, if the client takes as much.
     *
     * @return bits, of which {@link Variant} tells the meaning; {@link Variant#NONE} if the answer is for this query
     *     only, or if that can't be ruled out
     */
    public int variant() {
        if (!isPlainQuestion()) {
            return Variant.NONE;
        }
        int flags = message.unsignedShort(Header.FLAGS);
        if ((flags & ~Variant.HEADER_FLAGS) != 0) {
            return Variant.NONE;
        }
        return hasEdns() ? Variant.ofEdns(flags, message, layout) : flags;
    }

    /** Whether it is a question for records and nothing else, with no record but OPT. */
    private boolean isPlainQuestion() {
        return message.hasQuestion()
                && layout.end() == message.length()
                && message.questions() == 1
                && message.answers() == 0
                && message.authorities() == 0
                && message.additionals() == (hasEdns() ? 1 : 0)
                && Variant.mayBeShared(message.questionType(), message.questionClass());
    }

    /** The first question; there must be one. */
    Record question() {
        try {
            return Record.fromWire(message.bytes(Header.LENGTH, message.questionEnd()), Section.QUESTION);
        } catch (IOException e) {
            throw new IllegalStateException("a question that was found well-formed can't be parsed", e);
        }
    }
}
