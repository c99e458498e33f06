package org.waymark.upstream;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A question for "a. A" that remembers what became of it. */
final class Question extends UpstreamQuery {
    static final byte[] MESSAGE = {0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 'a', 0, 0, 1, 0, 1};

    final List<ByteBuffer> answers = new ArrayList<>();
    final List<Failure> failures = new ArrayList<>();

    Question(int mark) {
        question(ByteBuffer.wrap(MESSAGE), 0, MESSAGE.length, MESSAGE.length, mark);
    }

    /** The id that it was sent with. */
    int sentId() {
        return ByteBuffer.wrap(message()).getShort() & 0xffff;
    }

    /** A message that answers this question. */
    ByteBuffer rightAnswer() {
        ByteBuffer answer = ByteBuffer.wrap(MESSAGE.clone());
        answer.putShort(0, (short) sentId());
        answer.put(2, (byte) 0x81);
        return answer;
    }

    @Override
    protected void answered(ByteBuffer answer, int offset, int length) {
        answers.add(answer);
    }

    @Override
    protected void failed(Failure failure) {
        failures.add(failure);
    }
}
