package org.waymark.dns;

import java.nio.ByteBuffer;
import java.util.List;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.ExtendedErrorCodeOption;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Section;

/** Makes the answers that say that there is none: errors and refusals. */
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

        Message answer = new Message(Header.id(query, offset));
        setFlags(answer, query, offset);
        if (Header.questions(query, offset) == 1 && reader.questionEnd() > Header.LENGTH) {
            answer.addRecord(reader.question(), Section.QUESTION);
        }
        int code = rcode.code();
        ExtendedError reason = error;
        if (reader.ednsVersion() > 0 && rcode != Rcode.FORMERR) {
            code = BADVERS;
            reason = null;
        }
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
        List<EDNSOption> options = reason == null ? List.of() : List.of(new ExtendedErrorCodeOption(reason.code()));
        return new OPTRecord(PAYLOAD_SIZE, extendedRcode, 0, dnssecOk ? MessageLayout.DO : 0, options);
    }
}
