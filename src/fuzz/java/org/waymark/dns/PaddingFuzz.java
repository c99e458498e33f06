package org.waymark.dns;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import java.util.Arrays;

/** What is padded comes out again as it was, and no answer upsets the way out. */
public final class PaddingFuzz {
    private PaddingFuzz() {}

    public static void fuzzerTestOneInput(FuzzedDataProvider data) {
        byte[] message = data.consumeRemainingAsBytes();
        WireMessage input = Input.of(message);
        if (new QueryReader().read(input) == MessageForm.WELL_FORMED) {
            WireMessage padded = Padding.pad(input);
            if (padded != null) {
                Input.check(padded.length() % Padding.BLOCK == 0, "it fills its blocks");
                Padding.strip(padded);
                Input.check(Arrays.equals(message, padded.bytes()), "it is as before");
            }
        }
        if (message.length >= Header.LENGTH) {
            Padding.strip(input);
            Input.check(input.hasHeader() && input.length() <= message.length, "it never grows");
        }
    }
}
