package org.waymark.dns;

import java.nio.ByteBuffer;

/** Tells whether a message is the answer to a query (RFC 5452 section 9.1). */
public final class AnswerReader {
    /** Type and class, behind the name of a question. */
    private static final int TYPE_AND_CLASS = 4;

    private static final int POINTER = 0xc0;

    private AnswerReader() {}

    /**
     * Whether the {@code length} bytes at {@code offset} answer the query in all that a forger would have to guess,
     * save address, port and id, which the caller has compared already: it is a response, has the same opcode and the
     * same questions. Letters in names may differ in case, for not every server keeps it. A response without question
     * counts when it reports an error, as servers that could not read the query do, or when the opcode is not QUERY
     * (RFC 2136 section 3.8).
     *
     * @param query the query as it was sent, one that {@link QueryReader} found {@link MessageForm#WELL_FORMED}
     * @param queryLength the query's length in bytes
     * @param questionEnd what {@link QueryReader#questionEnd} said of it
     */
    public static boolean answers(
            ByteBuffer answer, int offset, int length, byte[] query, int queryLength, int questionEnd) {
        if (length < Header.LENGTH || !Header.isResponse(answer, offset)) {
            return false;
        }
        ByteBuffer asked = ByteBuffer.wrap(query, 0, queryLength);
        int opcode = Header.opcode(asked, 0);
        if (Header.opcode(answer, offset) != opcode) {
            return false;
        }
        int questions = Header.questions(answer, offset);
        if (questions == 0 && (opcode != Header.OPCODE_QUERY || isFailure(Header.rcode(answer, offset)))) {
            return true;
        }
        return questions == Header.questions(asked, 0)
                && length >= questionEnd
                && sameQuestions(answer, offset, query, questionEnd);
    }

    private static boolean isFailure(int rcode) {
        return rcode != Header.RCODE_NOERROR && rcode != Header.RCODE_NXDOMAIN;
    }

    /** Goes along the query's labels, because only in a label is a byte a letter: the type HTTPS is an 'A', too. */
    private static boolean sameQuestions(ByteBuffer answer, int offset, byte[] query, int questionEnd) {
        int position = Header.LENGTH;
        while (position < questionEnd) {
            int octet = Byte.toUnsignedInt(query[position]);
            boolean isLabel = octet > 0 && octet < POINTER;
            int nameEnd = octet < POINTER ? 1 : 2;
            int end = position + (isLabel ? 1 + octet : nameEnd + TYPE_AND_CLASS);
            for (; position < end; position++) {
                byte asked = query[position];
                byte answered = answer.get(offset + position);
                if (asked != answered && !(isLabel && sameLetter(asked, answered))) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Never true of the octet that gives a label's length, since that is below any letter. */
    private static boolean sameLetter(byte one, byte other) {
        int lower = one | 0x20;
        return lower == (other | 0x20) && lower >= 'a' && lower <= 'z';
    }
}
