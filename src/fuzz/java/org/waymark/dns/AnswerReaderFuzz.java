package org.waymark.dns;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import java.util.Arrays;

/** Any message of a server can be compared with any query that was let through; a query's own echo is its answer. */
public final class AnswerReaderFuzz {
    private static final QueryReader READER = new QueryReader();

    private AnswerReaderFuzz() {}

    public static void fuzzerTestOneInput(FuzzedDataProvider data) {
        byte[] query = data.consumeBytes(data.consumeInt(0, 300));
        Input asked = Input.of(query);
        if (READER.read(asked.buffer(), Input.OFFSET, query.length) != MessageForm.WELL_FORMED) {
            return;
        }
        int questionEnd = READER.questionEnd();
        byte[] echo = Arrays.copyOf(query, query.length);
        echo[2] |= (byte) 0x80;
        Input.check(answers(echo, query, questionEnd), "the query's echo answers it");
        echo[2] ^= 0x08;
        Input.check(!answers(echo, query, questionEnd), "another opcode does not");

        byte[] answer = data.consumeRemainingAsBytes();
        if (answers(answer, query, questionEnd)) {
            Input.check(answer.length >= Header.LENGTH && answer[2] < 0, "an answer is a response");
        }
    }

    private static boolean answers(byte[] answer, byte[] query, int questionEnd) {
        Input input = Input.of(answer);
        return AnswerReader.answers(input.buffer(), Input.OFFSET, input.length(), query, query.length, questionEnd);
    }
}
