package org.waymark.dns;

import java.util.List;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/** Writes the answers that do not come from a server: errors, refusals, and answers from Waymark's own records. */
public final class AnswerWriter {
    /** The UDP payload size that Waymark advertises, in bytes: it passes all usual paths without fragmentation. */
    private static final int PAYLOAD_SIZE = 1232;

    private static final int BADVERS = org.xbill.DNS.Rcode.BADVERS;
    private static final int HEADER_RCODE_BITS = 4;
    private static final int HEADER_RCODE = 0xf;

    private AnswerWriter() {}

    /**
     * Writes an answer without records, shorter than 512 bytes. It copies id, opcode, RD and CD from the query, and
     * also the question, byte for byte, if there is exactly one and it can be read. The answer has an OPT record, with
     * the query's DO bit, if and only if the query had a well-formed one (RFC 6891 section 6.1.1, RFC 3225 section 3).
     *
     * <p>A query with an EDNS version above 0 gets BADVERS (RFC 6891 section 6.1.3) instead of {@code rcode}, unless
     * that is {@link Rcode#FORMERR}.
     *
     * @param query at least a header; the bytes after it may be anything
     * @param error the reason to give in the OPT record (RFC 8914), or null for none
     * @throws IllegalArgumentException if the query is shorter than a header
     */
    public static WireMessage write(WireMessage query, Rcode rcode, ExtendedError error) {
        if (!query.hasHeader()) {
            throw new IllegalArgumentException("a query of " + query.length() + " bytes has no header to answer");
        }
        QueryReader reader = new QueryReader();
        reader.read(query);

        Message answer = begin(query, reader);
        int code = rcode.code();
        ExtendedError reason = error;
        if (reader.ednsVersion() > 0 && rcode != Rcode.FORMERR) {
            code = BADVERS;
            reason = null;
        }
        return finish(answer, code, reader, reason);
    }

    /**
     * Writes an answer from Waymark's own records to a well-formed query. The answer is authoritative (AA), and its
     * length is not limited. Header, question and OPT record are as in
     * {@link #write(WireMessage, Rcode, ExtendedError)}.
     */
    public static WireMessage write(WireMessage query, Reply reply) {
        return write(query, reply, null);
    }

    /**
     * The same, with a reason in the OPT record.
     *
     * @param why (RFC 8914), or null for none
     */
    public static WireMessage write(WireMessage query, Reply reply, ExtendedError why) {
        QueryReader reader = new QueryReader();
        reader.read(query);
        Message answer = begin(query, reader);
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
        return finish(answer, reply.rcode().code(), reader, why);
    }

    private static Record recordOf(Reply.Entry entry) {
        return entry.record().toRecord(entry.owner().toName());
    }

    private static Message begin(WireMessage query, QueryReader reader) {
        Message answer = new Message(query.id());
        setFlags(answer, query);
        if (query.questions() == 1 && query.hasQuestion()) {
            answer.addRecord(reader.question(), Section.QUESTION);
        }
        return answer;
    }

    private static WireMessage finish(Message answer, int code, QueryReader reader, ExtendedError reason) {
        answer.getHeader().setRcode(code & HEADER_RCODE);
        if (reader.hasEdns()) {
            answer.addRecord(opt(code >> HEADER_RCODE_BITS, reader.isDnssecOk(), reason), Section.ADDITIONAL);
        }
        return WireMessage.of(answer.toWire());
    }

    private static void setFlags(Message answer, WireMessage query) {
        var header = answer.getHeader();
        header.setOpcode(query.opcode());
        header.setFlag(Flags.QR);
        header.setFlag(Flags.RA);
        if (query.isRecursionDesired()) {
            header.setFlag(Flags.RD);
        }
        if (query.isCheckingDisabled()) {
            header.setFlag(Flags.CD);
        }
    }

    private static OPTRecord opt(int extendedRcode, boolean dnssecOk, ExtendedError reason) {
        List<EDNSOption> options = reason == null ? List.of() : List.of(reason.option());
        return new OPTRecord(PAYLOAD_SIZE, extendedRcode, 0, dnssecOk ? MessageLayout.DO : 0, options);
    }
}
