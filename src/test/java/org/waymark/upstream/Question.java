package org.waymark.upstream;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.waymark.dns.QueryReader;
import org.waymark.dns.WireMessage;

/** A question for "a. A" that remembers what became of it. */
final class Question extends UpstreamQuery {
    static final byte[] MESSAGE = {0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 'a', 0, 0, 1, 0, 1};

    final List<ByteBuffer> answers = new ArrayList<>();
    final List<Failure> failures = new ArrayList<>();

    Question(int mark) {
        WireMessage message = WireMessage.of(MESSAGE.clone());
        new QueryReader().read(message);
        question(message, mark);
    }

    /** The id that it was sent with. */
    int sentId() {
        return message().id();
    }

    /** A message that answers this question. */
    ByteBuffer rightAnswer() {
        ByteBuffer answer = ByteBuffer.wrap(MESSAGE.clone());
        answer.putShort(0, (short) sentId());
        answer.put(2, (byte) 0x81);
        return answer;
    }

    @Override
    protected void answered(WireMessage answer) {
        answers.add(answer.buffer());
    }

    @Override
    protected void failed(Failure failure) {
        failures.add(failure);
    }
}
