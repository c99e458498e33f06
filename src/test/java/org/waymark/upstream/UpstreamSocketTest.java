package org.waymark.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.waymark.dns.WireMessage;
import org.waymark.metrics.Count;
import org.waymark.metrics.Counters;

class UpstreamSocketTest {
    private static final int MARK = 137;

    private final Counters counters = new Counters();
    private final WorkerResources resources = TestUpstreamSocket.resources(10, 10, counters);
    private final TestUpstreamSocket socket = new TestUpstreamSocket(resources, MARK);

    @Test
    void refusesAQuestionOfAnotherMark() {
        assertThrows(IllegalStateException.class, () -> socket.take(new Question(0), 0));
    }

    @Test
    void givesOpenQuestionsDifferentIds() {
        Set<Integer> ids = new HashSet<>();
        for (int i = 0; i < 5000; i++) {
            Question question = new Question(MARK);
            socket.take(question, 0);
            assertTrue(ids.add(question.sentId()));
        }
    }

    @Test
    void handsAnAnswerToItsQuestionOnce() {
        Question question = taken();
        Question other = taken();
        receive(question.rightAnswer());
        receive(question.rightAnswer());
        assertEquals(1, question.answers.size());
        assertEquals(0, other.answers.size());
        assertEquals(1, counters.get(Count.FOREIGN_ANSWERS));
    }

    @Test
    void ignoresWhatDoesNotAnswerTheQuestionAndWaitsOn() {
        Question question = taken();
        receive(question.rightAnswer().put(13, (byte) 'b'));
        receive(question.rightAnswer().put(2, (byte) 0x01));
        receive(question.rightAnswer().putShort(0, (short) (question.sentId() + 1)));
        receive(question.rightAnswer().slice(0, 11));
        receive(question.rightAnswer().slice(0, 0));
        assertEquals(List.of(), question.answers);
        assertEquals(5, counters.get(Count.FOREIGN_ANSWERS));
        receive(question.rightAnswer());
        assertEquals(1, question.answers.size());
    }

    @Test
    void givesUpWhenSomebodyGuessesIds() {
        Question question = taken();
        for (int i = 1; i <= 9; i++) {
            receive(question.rightAnswer().putShort(0, (short) (question.sentId() + i)));
        }
        assertEquals(List.of(), question.failures);
        assertFalse(socket.isSuspect());
        receive(question.rightAnswer().putShort(0, (short) (question.sentId() + 10)));
        assertEquals(List.of(Failure.SUSPECTED_FORGERY), question.failures);
        assertTrue(socket.isSuspect());
    }

    @Test
    void givesUpOnceHoweverManyPacketsFollow() {
        for (int i = 1; i <= 40; i++) {
            Question question = taken();
            receive(question.rightAnswer().putShort(0, (short) (question.sentId() + 1)));
            receive(question.rightAnswer().put(13, (byte) 'b'));
        }
        assertEquals(1, counters.get(Count.SUSPECTED_FORGERIES));
    }

    @Test
    void forgetsWhatWasGivenUpWhenItsAnswerHasComeOrItsIdIsTakenAgain() {
        for (int i = 0; i < 200_000; i++) {
            Question question = taken();
            socket.drop(question);
        }
        assertTrue(socket.hasUnanswered());
        for (int id = 0; id < 1 << 16; id++) {
            receive(new Question(MARK).rightAnswer().putShort(0, (short) id));
        }
        assertFalse(socket.hasUnanswered());
    }

    @Test
    void doesNotTakeLateAnswersToOtherQuestionsForGuesses() {
        Question question = taken();
        for (int i = 0; i < 100; i++) {
            receive(question.rightAnswer().putShort(0, (short) i).put(13, (byte) 'b'));
        }
        assertFalse(socket.isSuspect());
    }

    @Test
    void doesNotTakeTheLateAnswerToAnEarlierTryForAGuess() {
        Question question = taken();
        for (int tries = 2; tries <= 20; tries++) {
            ByteBuffer late = question.rightAnswer();
            socket.drop(question);
            socket.take(question, 0);
            receive(late);
        }
        assertEquals(19, counters.get(Count.FOREIGN_ANSWERS));
        assertFalse(socket.isSuspect());
    }

    @Test
    void doesNotTakeTheLateAnswerToAQuestionThatWasGivenUpForAGuessAtTheSameOfAnother() {
        List<Question> givenUp = Stream.generate(this::taken).limit(20).toList();
        givenUp.forEach(socket::drop);
        Question again = taken();
        givenUp.forEach(question -> receive(question.rightAnswer()));
        assertEquals(20, counters.get(Count.FOREIGN_ANSWERS));
        assertFalse(socket.isSuspect());
        receive(again.rightAnswer());
        assertEquals(1, again.answers.size());
    }

    @Test
    void learnsFromALateAnswerHowLongTheServerTakes() {
        Question question = taken();
        socket.drop(question);
        ByteBuffer late = question.rightAnswer();
        socket.answered(message(late), 800_000_000);
        assertEquals(800_000_000, socket.health.roundTripNanos());
    }

    @Test
    void forgetsAQuestionThatIsTakenBack() {
        Question question = taken();
        socket.drop(question);
        receive(question.rightAnswer());
        assertEquals(List.of(), question.answers);
        assertNull(socket.toSend.poll());
        assertNull(question.socket());
    }

    @Test
    void failsWhatIsOpenAndLetsItGoElsewhereAtOnce() {
        Question question = taken();
        socket.failAll(Failure.REFUSED);
        assertEquals(List.of(Failure.REFUSED), question.failures);
        assertTrue(socket.toSend.isEmpty());
        new TestUpstreamSocket(resources, MARK).take(question, 0);
        assertEquals(0, socket.openQuestions());
    }

    private Question taken() {
        Question question = new Question(MARK);
        socket.take(question, 0);
        return question;
    }

    private void receive(ByteBuffer answer) {
        socket.answered(message(answer), 0);
    }

    private static WireMessage message(ByteBuffer answer) {
        return new WireMessage().at(answer, 0, answer.limit());
    }
}
