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
        Input query = Input.of(data.consumeRemainingAsBytes());
        if (query.length() < Header.LENGTH) {
            return;
        }
        byte[] answer = AnswerWriter.write(query.buffer(), Input.OFFSET, query.length(), rcode, error);
        Message parsed = new Message(answer);
        Input.check(answer.length < QueryReader.MIN_PAYLOAD_SIZE, "it fits everywhere");
        Input.check(parsed.getHeader().getID() == Header.id(query.buffer(), Input.OFFSET), "the id is the query's");
        Input.check(answer[2] < 0, "it is a response");
    }
}
