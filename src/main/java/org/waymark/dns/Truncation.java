package org.waymark.dns;

/** Truncates answers that are larger than the client accepts over UDP, so that it asks again over TCP. */
public final class Truncation {
    private Truncation() {}

    /**
     * Makes a copy of an answer that has at most {@code limit} bytes. It keeps the header, the question and the
     * answer's own OPT record, and sets TC and the counts. It removes whole sections, as RFC 2181 section 9 allows,
     * because a client that sees TC ignores the rest. If the OPT record does not fit, it loses its options; if it still
     * does not fit, it is removed. So is the question section if it does not fit (a peer may send several questions).
     * The answer itself stays unchanged, because other clients that accept more may be waiting for it.
     *
     * @param answer at least a header; the bytes after it may be anything
     * @param limit in bytes, at least {@link QueryReader#MIN_PAYLOAD_SIZE}
     */
    public static WireMessage cut(WireMessage answer, int limit) {
        MessageLayout layout = new MessageLayout();
        layout.begin(answer);
        // A fault in the sections that are removed does not matter: what comes before it has been found.
        layout.walk();

        int questionEnd = answer.questionEnd() <= limit ? answer.questionEnd() : Header.LENGTH;
        int optLength = layout.optEnd() - layout.optStart();
        boolean bareOpt = questionEnd + optLength > limit;
        if (bareOpt) {
            optLength = MessageLayout.OPT_DATA;
        }
        boolean hasOpt = layout.optStart() != MessageLayout.NONE && questionEnd + optLength <= limit;

        byte[] cut = new byte[questionEnd + (hasOpt ? optLength : 0)];
        answer.buffer().get(answer.offset(), cut, 0, questionEnd);
        WireMessage written = WireMessage.of(cut);
        if (hasOpt) {
            answer.buffer().get(answer.offset() + layout.optStart(), cut, questionEnd, optLength);
            if (bareOpt) {
                written.putShort(questionEnd + MessageLayout.OPT_DATA_LENGTH, 0);
            }
        }
        written.cutTo(questionEnd > Header.LENGTH ? answer.questions() : 0, hasOpt ? 1 : 0);
        return written;
    }
}
