package org.waymark.dns;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import java.io.IOException;
import org.xbill.DNS.Message;

/** Whatever was asked, what Waymark says by itself is a sound and short answer to it. */
public final class AnswerWriterFuzz {
    private static final Rcode[] RCODES = Rcode.values();
    private static final ExtendedError[] ERRORS = ExtendedError.values();

    private AnswerWriterFuzz() {}

    public static void fuzzerTestOneInput(FuzzedDataProvider data) throws IOException {
        Rcode rcode = data.pickValue(RCODES);
        ExtendedError error = data.consumeBoolean() ? data.pickValue(ERRORS) : null;
        WireMessage query = Input.of(data.consumeRemainingAsBytes());
        if (!query.hasHeader()) {
            return;
        }
        byte[] answer = AnswerWriter.write(query, rcode, error).bytes();
        Message parsed = new Message(answer);
        Input.check(answer.length < QueryReader.MIN_PAYLOAD_SIZE, "it fits everywhere");
        Input.check(parsed.getHeader().getID() == query.id(), "the id is the query's");
        Input.check(answer[2] < 0, "it is a response");
    }
}
