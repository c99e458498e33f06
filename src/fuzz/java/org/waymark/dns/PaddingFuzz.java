package org.waymark.dns;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** What is padded comes out again as it was, and no answer upsets the way out. */
public final class PaddingFuzz {
    private PaddingFuzz() {}

    public static void fuzzerTestOneInput(FuzzedDataProvider data) {
        byte[] message = data.consumeRemainingAsBytes();
        Input input = Input.of(message);
        if (new QueryReader().read(input.buffer(), Input.OFFSET, input.length()) == MessageForm.WELL_FORMED) {
            byte[] padded = Padding.pad(message, message.length);
            if (padded != null) {
                Input.check(padded.length % Padding.BLOCK == 0, "it fills its blocks");
                int stripped = Padding.strip(ByteBuffer.wrap(padded), 0, padded.length);
                Input.check(Arrays.equals(message, Arrays.copyOf(padded, stripped)), "it is as before");
            }
        }
        if (message.length >= Header.LENGTH) {
            int left = Padding.strip(input.buffer(), Input.OFFSET, input.length());
            Input.check(left >= Header.LENGTH && left <= message.length, "it never grows");
        }
    }
}
