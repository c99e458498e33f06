package org.waymark.dns;

/** Checks whether a message is the answer to a query (RFC 5452 section 9.1). */
public final class AnswerReader {
    /** The bytes of type and class, which follow the name in a question. */
    private static final int TYPE_AND_CLASS = 4;

    private static final int POINTER = 0xc0;

    private AnswerReader() {}

    /**
     * Whether a message is a response to the query, with the same opcode and the same questions. Together with address,
     * port and id, which the caller has already compared, this is everything that a forger would have to guess. Letters
     * in names may differ in case, because not every server preserves it. A response without a question is accepted if
     * it reports an error other than NXDOMAIN, as servers do that could not read the query, or if the opcode is not
     * QUERY (RFC 2136 section 3.8).
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

    /** Follows the query's labels, because only bytes in labels are letters: the type HTTPS, 65, has the same value as 'A'. */
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

    /**
     * Whether two bytes of a name are the same letter, in upper or lower case. Never true for the length octet of a label, which is smaller
     * than any letter.
     */
    public static boolean sameLetter(int one, int other) {
        int lower = one | 0x20;
        return lower == (other | 0x20) && lower >= 'a' && lower <= 'z';
    }
}
