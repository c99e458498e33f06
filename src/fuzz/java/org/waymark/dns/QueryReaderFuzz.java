package org.waymark.dns;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;

/** Whatever a client sends is judged, and what is told of it lies within it. */
public final class QueryReaderFuzz {
    private static final QueryReader READER = new QueryReader();

    private QueryReaderFuzz() {}

    public static void fuzzerTestOneInput(FuzzedDataProvider data) {
        Input input = Input.of(data.consumeRemainingAsBytes());
        MessageForm verdict = READER.read(input.buffer(), Input.OFFSET, input.length());
        if (input.length() < Header.LENGTH) {
            Input.check(verdict == MessageForm.SILENCE, "less than a header is not answered");
            return;
        }
        Input.check(READER.questionEnd() >= Header.LENGTH, "the question is behind the header");
        Input.check(READER.questionEnd() <= input.length(), "the question is in the message");
        Input.check(READER.payloadSize() >= QueryReader.MIN_PAYLOAD_SIZE, "every client takes 512 bytes");
        Input.check(READER.ednsVersion() < 256, "a version is a byte");
        Input.check(!READER.describeQuestion().chars().anyMatch(c -> c < ' '), "a log line is one line");
        Question.isZoneTransfer(input.buffer(), Input.OFFSET, READER.questionEnd());
    }
}
