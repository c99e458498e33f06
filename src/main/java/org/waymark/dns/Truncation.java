package org.waymark.dns;

import java.nio.ByteBuffer;

/** Cuts answers that are larger than their client takes over UDP, so that it asks again over TCP. */
public final class Truncation {
    private Truncation() {}

    /**
     * What is left of the answer of {@code length} bytes at {@code offset} in at most {@code limit} bytes: header,
     * question and the answer's own OPT record, with TC set and nothing counted that is gone. Whole sections go, as RFC
     * 2181 section 9 lets one do, because a client that sees TC uses nothing of the rest. Where the OPT record does not
     * fit (or the question: a peer may send several) it goes first without its options, then with all the rest. The
     * answer itself is left alone, for others may be waiting for it who take more.
     *
     * @param length at least {@link Header#LENGTH}; the bytes behind the header may be anything
     * @param limit in bytes, at least {@link QueryReader#MIN_PAYLOAD_SIZE}
     */
    public static byte[] cut(ByteBuffer answer, int offset, int length, int limit) {
        MessageLayout layout = new MessageLayout();
        layout.begin(answer, offset, length);
        // A fault in the sections that go does not matter here: what lies before it has been found.
        layout.walk();

        int questionEnd = layout.questionEnd() <= limit ? layout.questionEnd() : Header.LENGTH;
        int optLength = layout.optEnd() - layout.optStart();
        boolean bareOpt = questionEnd + optLength > limit;
        if (bareOpt) {
            optLength = MessageLayout.OPT_DATA;
        }
        boolean hasOpt = layout.optStart() != MessageLayout.NONE && questionEnd + optLength <= limit;

        byte[] cut = new byte[questionEnd + (hasOpt ? optLength : 0)];
        answer.get(offset, cut, 0, questionEnd);
        ByteBuffer written = ByteBuffer.wrap(cut);
        if (hasOpt) {
            answer.get(offset + layout.optStart(), cut, questionEnd, optLength);
            if (bareOpt) {
                written.putShort(questionEnd + MessageLayout.OPT_DATA_LENGTH, (short) 0);
            }
        }
        int questions = questionEnd > Header.LENGTH ? Header.questions(answer, offset) : 0;
        Header.cutTo(written, 0, questions, hasOpt ? 1 : 0);
        return cut;
    }
}
