package org.waymark.dns;

/** Cuts answers that are larger than their client takes over UDP, so that it asks again over TCP. */
public final class Truncation {
    private Truncation() {}

    /**
     * What is left of an answer in at most {@code limit} bytes: header,
     * question and the answer's own OPT record, with TC set and nothing counted that is gone. Whole sections go, as RFC
     * 2181 section 9 lets one do, because a client that sees TC uses nothing of the rest. Where the OPT record does not
     * fit (or the question: a peer may send several) it goes first without its options, then with all the rest. The
     * answer itself is left alone, for others may be waiting for it who take more.
     *
     * @param answer at least a header; the bytes behind it may be anything
     * @param limit in bytes, at least {@link QueryReader#MIN_PAYLOAD_SIZE}
     */
    public static WireMessage cut(WireMessage answer, int limit) {
        MessageLayout layout = new MessageLayout();
        layout.begin(answer);
        // A fault in the sections that go does not matter here: what lies before it has been found.
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
