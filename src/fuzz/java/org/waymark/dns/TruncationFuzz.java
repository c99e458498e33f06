package org.waymark.dns;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import java.io.IOException;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;

/** Whatever a server sends can be cut to what the client takes, and what is left is a sound message. */
public final class TruncationFuzz {
    private TruncationFuzz() {}

    public static void fuzzerTestOneInput(FuzzedDataProvider data) throws IOException {
        int limit = data.consumeInt(QueryReader.MIN_PAYLOAD_SIZE, 700);
        WireMessage answer = Input.of(data.consumeRemainingAsBytes());
        if (!answer.hasHeader()) {
            return;
        }
        WireMessage cut = Truncation.cut(answer, limit);
        Input.check(cut.length() <= Math.min(limit, answer.length()), "it is shorter and fits");
        Input.check(new Message(cut.bytes()).getHeader().getFlag(Flags.TC), "TC is set");
    }
}
