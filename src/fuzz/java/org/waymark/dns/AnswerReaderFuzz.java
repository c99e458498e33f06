package org.waymark.dns;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import java.util.Arrays;

/** Any message of a server can be compared with any query that was let through; a query's own echo is its answer. */
public final class AnswerReaderFuzz {
    private static final QueryReader READER = new QueryReader();

    private AnswerReaderFuzz() {}

    public static void fuzzerTestOneInput(FuzzedDataProvider data) {
        byte[] query = data.consumeBytes(data.consumeInt(0, 300));
        WireMessage asked = Input.of(query);
        if (READER.read(asked) != MessageForm.WELL_FORMED) {
            return;
        }
        byte[] echo = Arrays.copyOf(query, query.length);
        echo[2] |= (byte) 0x80;
        Input.check(AnswerReader.answers(Input.of(echo), asked), "the query's echo answers it");
        echo[2] ^= 0x08;
        Input.check(!AnswerReader.answers(Input.of(echo), asked), "another opcode does not");

        byte[] answer = data.consumeRemainingAsBytes();
        if (AnswerReader.answers(Input.of(answer), asked)) {
            Input.check(answer.length >= Header.LENGTH && answer[2] < 0, "an answer is a response");
        }
    }
}
