package org.waymark.dns;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;

/** Whatever a client sends is judged, and what is told of it lies within it. */
public final class QueryReaderFuzz {
    private static final QueryReader READER = new QueryReader();

    private QueryReaderFuzz() {}

    public static void fuzzerTestOneInput(FuzzedDataProvider data) {
        WireMessage input = Input.of(data.consumeRemainingAsBytes());
        MessageForm form = READER.read(input);
        if (!input.hasHeader()) {
            Input.check(form == MessageForm.SILENCE, "less than a header is not answered");
            return;
        }
        Input.check(input.questionEnd() >= Header.LENGTH, "the question is behind the header");
        Input.check(input.questionEnd() <= input.length(), "the question is in the message");
        Input.check(READER.payloadSize() >= QueryReader.MIN_PAYLOAD_SIZE, "every client takes 512 bytes");
        Input.check(READER.ednsVersion() < 256, "a version is a byte");
        Input.check(!Question.of(input).toString().chars().anyMatch(c -> c < ' '), "a log line is one line");
        input.isZoneTransfer();
        int variant = READER.variant();
        Input.check(variant == Variant.NONE || form == MessageForm.WELL_FORMED, "only sound queries share answers");
        Input.check(variant == Variant.NONE || input.opcode() == Header.OPCODE_QUERY, "and only questions do");
    }
}
