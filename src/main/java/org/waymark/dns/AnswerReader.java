package org.waymark.dns;

/** Tells whether a message is the answer to a query (RFC 5452 section 9.1). */
public final class AnswerReader {
    /** Type and class, behind the name of a question. */
    private static final int TYPE_AND_CLASS = 4;

    private static final int POINTER = 0xc0;

    private AnswerReader() {}

    /**
     * Whether a message answers the query in all that a forger would have to guess,
     * save address, port and id, which the caller has compared already: it is a response, has the same opcode and the
     * same questions. Letters in names may differ in case, for not every server keeps it. A response without question
     * counts when it reports an error, as servers that could not read the query do, or when the opcode is not QUERY
     * (RFC 2136 section 3.8).
     *
     * @param query the query as it was sent, one that {@link QueryReader} found {@link MessageForm#WELL_FORMED}
     */
    public static boolean answers(WireMessage answer, WireMessage query) {
        if (!answer.hasHeader() || !answer.isResponse() || answer.opcode() != query.opcode()) {
            return false;
        }
        int questions = answer.questions();
        if (questions == 0 && (query.opcode() != Header.OPCODE_QUERY || isFailure(answer.rcode()))) {
            return true;
        }
        return questions == query.questions() && answer.length() >= query.questionEnd() && sameQuestions(answer, query);
    }

    private static boolean isFailure(int rcode) {
        return rcode != Header.RCODE_NOERROR && rcode != Header.RCODE_NXDOMAIN;
    }

    /** Goes along the query's labels, because only in a label is a byte a letter: the type HTTPS is an 'A', too. */
    private static boolean sameQuestions(WireMessage answer, WireMessage query) {
        int position = Header.LENGTH;
        while (position < query.questionEnd()) {
            int octet = query.unsignedByte(position);
            boolean isLabel = octet > 0 && octet < POINTER;
            int nameEnd = octet < POINTER ? 1 : 2;
            int end = position + (isLabel ? 1 + octet : nameEnd + TYPE_AND_CLASS);
            for (; position < end; position++) {
                int asked = query.unsignedByte(position);
                int answered = answer.unsignedByte(position);
                if (asked != answered && !(isLabel && sameLetter(asked, answered))) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Never true of the octet that gives a label's length, since that is below any letter. */
    private static boolean sameLetter(int one, int other) {
        int lower = one | 0x20;
        return lower == (other | 0x20) && lower >= 'a' && lower <= 'z';
    }
}
