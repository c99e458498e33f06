package org.waymark.dns;

import java.nio.ByteBuffer;
import java.util.List;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/** Makes the answers that are not a server's: errors and refusals, and those of Waymark's own knowledge. */
public final class AnswerWriter {
    /** What Waymark advertises to take over UDP, in bytes: it fits every usual path unfragmented. */
    private static final int PAYLOAD_SIZE = 1232;

    private static final int BADVERS = org.xbill.DNS.Rcode.BADVERS;
    private static final int HEADER_RCODE_BITS = 4;
    private static final int HEADER_RCODE = 0xf;

    private AnswerWriter() {}

    /**
     * An answer to the query of {@code length} bytes at {@code offset}, shorter than 512 bytes. Id, opcode, RD and CD
     * are the query's; so is the question, byte for byte, if there is exactly one and it can be read. The answer has an
     * OPT record, with the query's DO bit, if and only if the query had a well-formed one (RFC 6891 section 6.1.1, RFC
     * 3225 section 3).
     *
     * <p>A query of an EDNS version above 0 gets BADVERS (RFC 6891 section 6.1.3) instead of {@code rcode}, unless that
     * is {@link Rcode#FORMERR}.
     *
     * @param length at least {@link Header#LENGTH}; the bytes behind the header may be anything
     * @param error the reason to give in the OPT record (RFC 8914), or null for none
     * @throws IllegalArgumentException if there is not even a header
     */
    public static byte[] write(ByteBuffer query, int offset, int length, Rcode rcode, ExtendedError error) {
        if (length < Header.LENGTH) {
            throw new IllegalArgumentException("a query of " + length + " bytes has no header to answer");
        }
        QueryReader reader = new QueryReader();
        reader.read(query, offset, length);

        Message answer = begin(query, offset, reader);
        int code = rcode.code();
        ExtendedError reason = error;
        if (reader.ednsVersion() > 0 && rcode != Rcode.FORMERR) {
            code = BADVERS;
            reason = null;
        }
        return finish(answer, code, reader, reason);
    }

    /**
     * An answer of Waymark's own knowledge, and on its own authority (AA), to the well-formed query of {@code length} bytes at
     * {@code offset}; as long as it takes. What {@link #write(ByteBuffer, int, int, Rcode, ExtendedError)} says of header,
     * question and OPT record holds here, too.
     */
    public static byte[] write(ByteBuffer query, int offset, int length, Reply reply) {
        QueryReader reader = new QueryReader();
        reader.read(query, offset, length);
        Message answer = begin(query, offset, reader);
        if (reader.ednsVersion() > 0) {
            return finish(answer, BADVERS, reader, null);
        }
        answer.getHeader().setFlag(Flags.AA);
        for (Reply.Entry entry : reply.answers()) {
            answer.addRecord(recordOf(entry), Section.ANSWER);
        }
        if (reply.authority() != null) {
            answer.addRecord(recordOf(reply.authority()), Section.AUTHORITY);
        }
        return finish(answer, reply.rcode().code(), reader, null);
    }

    private static Record recordOf(Reply.Entry entry) {
        return entry.record().toRecord(entry.owner().toName());
    }

    private static Message begin(ByteBuffer query, int offset, QueryReader reader) {
        Message answer = new Message(Header.id(query, offset));
        setFlags(answer, query, offset);
        if (Header.questions(query, offset) == 1 && reader.questionEnd() > Header.LENGTH) {
            answer.addRecord(reader.question(), Section.QUESTION);
        }
        return answer;
    }

    private static byte[] finish(Message answer, int code, QueryReader reader, ExtendedError reason) {
        answer.getHeader().setRcode(code & HEADER_RCODE);
        if (reader.hasEdns()) {
            answer.addRecord(opt(code >> HEADER_RCODE_BITS, reader.isDnssecOk(), reason), Section.ADDITIONAL);
        }
        return answer.toWire();
    }

    private static void setFlags(Message answer, ByteBuffer query, int offset) {
        var header = answer.getHeader();
        header.setOpcode(Header.opcode(query, offset));
        header.setFlag(Flags.QR);
        header.setFlag(Flags.RA);
        if (Header.isRecursionDesired(query, offset)) {
            header.setFlag(Flags.RD);
        }
        if (Header.isCheckingDisabled(query, offset)) {
            header.setFlag(Flags.CD);
        }
    }

    private static OPTRecord opt(int extendedRcode, boolean dnssecOk, ExtendedError reason) {
        List<EDNSOption> options = reason == null ? List.of() : List.of(reason.option());
        return new OPTRecord(PAYLOAD_SIZE, extendedRcode, 0, dnssecOk ? MessageLayout.DO : 0, options);
    }
}
