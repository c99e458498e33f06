package org.waymark.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.waymark.dns.Messages.bytes;
import static org.waymark.dns.Messages.question;
import static org.waymark.dns.Messages.raw;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerReaderTest {
    private static final int OFFSET = 9;
    private static final int TYPE_HTTPS = 65;

    private final byte[] query = raw(1, 0, 0, 0, bytes("wWw", "Example", 0, 0, TYPE_HTTPS, 0, 1));
    private final byte[] answer = answerTo(query, 0);

    @Test
    void acceptsTheSameQuestionAndWhateverFollowsIt() throws Exception {
        assertTrue(answers(answer));
        assertTrue(answers(Arrays.copyOf(answer, answer.length + 100)));
        byte[] asked = Messages.query().toWire();
        assertTrue(answers(answerTo(Messages.withRecords(5).toWire(), 0), asked));
    }

    @Test
    void acceptsLettersOfAnotherCaseInTheName() {
        answer[13] ^= 0x20;
        answer[17] ^= 0x20;
        assertTrue(answers(answer));
    }

    @Test
    void distinguishesBytesThatOnlyLookLikeLettersOfAnotherCase() {
        byte[] asked = raw(1, 0, 0, 0, question("@[`{\u00c11", 0));
        for (int position = 13; position < 19; position++) {
            byte[] answered = answerTo(asked, 0);
            answered[position] ^= 0x20;
            assertFalse(answers(answered, asked), "position " + position);
        }
    }

    @Test
    void comparesTypeAndClassExactly() {
        int typeAt = query.length - 3;
        assertEquals(TYPE_HTTPS, query[typeAt]);
        answer[typeAt] ^= 0x20;
        assertFalse(answers(answer));
    }

    @Test
    void refusesAnyOtherChangeOfTheQuestion() {
        for (int position = Header.LENGTH; position < answer.length; position++) {
            byte[] changed = answer.clone();
            changed[position] ^= 0x01;
            assertFalse(answers(changed), "position " + position);
        }
    }

    @Test
    void refusesQueriesAndCutAnswers() {
        assertFalse(answers(query));
        for (int length = 0; length < answer.length; length++) {
            assertFalse(answers(Arrays.copyOf(answer, length)), "length " + length);
        }
    }

    @Test
    void refusesAnotherOpcode() {
        answer[2] |= Header.OPCODE_NOTIFY << 3;
        assertFalse(answers(answer));
    }

    @Test
    void refusesMoreQuestionsThanWereAsked() {
        answer[5] = 2;
        assertFalse(answers(Arrays.copyOf(answer, 100)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 5, 9, 15})
    void acceptsFailuresWithoutQuestion(int rcode) {
        assertTrue(answers(answerTo(raw(0, 0, 0, 0), rcode)));
    }

    @ParameterizedTest
    @ValueSource(ints = {Header.RCODE_NOERROR, Header.RCODE_NXDOMAIN})
    void refusesResultsWithoutQuestion(int rcode) {
        assertFalse(answers(answerTo(raw(0, 0, 0, 0), rcode)));
    }

    @Test
    void comparesTheQuestionOfFailuresThatHaveOne() {
        byte[] failure = answerTo(raw(1, 0, 0, 0, bytes("xxx", "Example", 0, 0, TYPE_HTTPS, 0, 1)), 2);
        assertFalse(answers(failure));
    }

    @Test
    void acceptsAnswersWithoutQuestionToOtherOpcodesAndToQueriesWithoutOne() {
        byte[] update = query.clone();
        update[2] = Header.OPCODE_UPDATE << 3;
        byte[] updated = Arrays.copyOf(answerTo(update, 0), Header.LENGTH);
        updated[5] = 0;
        assertTrue(answers(updated, update));
        assertTrue(answers(answerTo(raw(0, 0, 0, 0), 0), raw(0, 0, 0, 0)));
        assertFalse(answers(answer, raw(0, 0, 0, 0)));
    }

    @Test
    void comparesCompressedQuestionsAsTheyAreWritten() {
        byte[] notify = raw(2, 0, 0, 0, question("a", 0), bytes("B", 0xc0, 0x41, 0, 6, 0, 1));
        notify[2] = Header.OPCODE_NOTIFY << 3;
        byte[] answered = answerTo(notify, 0);
        WireMessage asked = WireMessage.of(notify);
        asked.questionEndsAt(notify.length);
        answered[20] ^= 0x20;
        assertTrue(AnswerReader.answers(Messages.embed(answered, OFFSET), asked));
        answered[22] ^= 0x20;
        assertFalse(AnswerReader.answers(Messages.embed(answered, OFFSET), asked));
    }

    private boolean answers(byte[] answer) {
        return answers(answer, query);
    }

    private static boolean answers(byte[] answer, byte[] query) {
        WireMessage asked = WireMessage.of(query);
        assertEquals(MessageForm.WELL_FORMED, new QueryReader().read(asked));
        return AnswerReader.answers(Messages.embed(answer, OFFSET), asked);
    }

    private static byte[] answerTo(byte[] query, int rcode) {
        byte[] answer = query.clone();
        answer[2] |= (byte) 0x80;
        answer[3] |= (byte) rcode;
        return answer;
    }
}
