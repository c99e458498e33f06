package org.waymark.dns;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;

/** Whatever a server sends is kept only if it says for how long, and the TTLs that it is said to have lie within it. */
public final class KeepableAnswerFuzz {
    private static final KeepableAnswer READER = new KeepableAnswer();

    private KeepableAnswerFuzz() {}

    public static void fuzzerTestOneInput(FuzzedDataProvider data) {
        WireMessage input = Input.of(data.consumeRemainingAsBytes());
        if (!READER.read(input)) {
            return;
        }
        Input.check(!input.isTruncated() && input.questions() == 1, "it is whole and has a question");
        Input.check(READER.isFailure() || READER.seconds() > 0, "it says for how long it is valid");
        int end = input.questionEnd();
        for (int i = 0; i < READER.ttls(); i++) {
            int at = READER.ttlPosition(i);
            Input.check(at > end && at + Integer.BYTES <= input.length(), "TTLs come after each other, in the message");
            end = at + Integer.BYTES;
        }
    }
}
