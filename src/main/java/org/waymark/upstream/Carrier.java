package org.waymark.upstream;

import io.netty.util.collection.IntObjectHashMap;
import java.nio.ByteBuffer;
import org.waymark.dns.AnswerReader;
import org.waymark.dns.Header;
import org.waymark.dns.Padding;
import org.waymark.metrics.Count;

/**
 * What questions travel on: a UDP socket or a TCP connection, to one server, with one mark for all its life. It knows the
 * questions that are open on it by their ids, and those that are still to be written.
 */
abstract class Carrier {
    /** Ids are drawn until one is free; with no more than this open, one draw in four at most is in vain. */
    private static final int MAX_OPEN = 1 << 14;

    final Shared shared;
    final Health health;
    final int mark;

    /** Few enough that guessing is hopeless: each of them has hit with a chance of one in 65,536. */
    private static final int MAX_GUESSES = 10;

    private int guesses;
    private final IntObjectHashMap<Exchange> open = new IntObjectHashMap<>();

    /** Ids that were given up, and when each was sent: an answer with one of them is late rather than forged. */
    private final IntObjectHashMap<Long> givenUp = new IntObjectHashMap<>();

    final SendLine toSend = new SendLine();

    Carrier(Shared shared, Health health, int mark) {
        this.shared = shared;
        this.health = health;
        this.mark = mark;
    }

    final int openQuestions() {
        return open.size();
    }

    /** Whether a question was asked here whose answer has not come. */
    final boolean hasUnanswered() {
        return !open.isEmpty() || !givenUp.isEmpty();
    }

    final boolean hasRoom() {
        return open.size() < MAX_OPEN;
    }

    /** Gives the exchange a random id that no open question here has, and puts it last in line to be sent. */
    final void take(Exchange exchange, long nowNanos) {
        if (exchange.mark() != mark) {
            throw new IllegalStateException("a question of mark " + exchange.mark() + " on a socket of mark " + mark);
        }
        int id;
        do {
            id = shared.random().next16();
        } while (open.containsKey(id));
        givenUp.remove(id);
        open.put(id, exchange);
        health.used(nowNanos);
        exchange.board(this, id, nowNanos);
        toSend.add(exchange);
    }

    /** Gives an exchange up that had its time, which counts against the server. */
    void timedOut(Exchange exchange) {
        health.silent(exchange.sentAt(), shared.loop().nanoTime());
        drop(exchange);
    }

    /** Gives an exchange up: its owner waits no longer. */
    void drop(Exchange exchange) {
        givenUp.put(exchange.id(), Long.valueOf(exchange.sentAt()));
        takeOff(exchange);
    }

    private void takeOff(Exchange exchange) {
        open.remove(exchange.id());
        toSend.remove(exchange);
        exchange.leave();
    }

    /** Hands an answer to the question that it answers; if there is none, it is ignored and the wait goes on. */
    final void answered(ByteBuffer answer, int offset, int length, long nowNanos) {
        Exchange exchange = length < Header.LENGTH ? null : open.get(Header.id(answer, offset));
        if (exchange == null || !isAnswerTo(exchange, answer, offset, length)) {
            shared.counters().add(Count.FOREIGN_ANSWERS);
            answersNothing(answer, offset, length, nowNanos);
            return;
        }
        health.answered(nowNanos - exchange.sentAt(), nowNanos);
        takeOff(exchange);
        exchange.answered(answer, offset, exchange.isPadded() ? Padding.strip(answer, offset, length) : length);
    }

    static boolean isAnswerTo(Exchange exchange, ByteBuffer answer, int offset, int length) {
        return AnswerReader.answers(
                answer, offset, length, exchange.message(), exchange.length(), exchange.questionEnd());
    }

    /** An answer that is late tells how long this server takes; others may be guesses. */
    private void answersNothing(ByteBuffer answer, int offset, int length, long nowNanos) {
        if (length < Header.LENGTH) {
            return;
        }
        Long sentAt = givenUp.remove(Header.id(answer, offset));
        if (sentAt != null) {
            health.answered(nowNanos - sentAt, nowNanos);
        } else if (isGuess(answer, offset, length)) {
            noteGuess();
        }
    }

    /** Whether a foreign answer fits an open question in all but its id (RFC 5452, section 9.3). */
    boolean isGuess(ByteBuffer answer, int offset, int length) {
        return open.values().stream().anyMatch(exchange -> isAnswerTo(exchange, answer, offset, length));
    }

    private void noteGuess() {
        guesses++;
        if (guesses == MAX_GUESSES) {
            shared.counters().add(Count.SUSPECTED_FORGERIES);
            failAll(Failure.SUSPECTED_FORGERY);
        }
    }

    /** Whether somebody seems to be guessing answers here; it takes no new questions then. */
    final boolean isSuspect() {
        return guesses >= MAX_GUESSES;
    }

    /** Fails every question that is open here. Their owners may send them again at once, on other carriers. */
    final void failAll(Failure failure) {
        Exchange[] failed = open.values().toArray(Exchange[]::new);
        for (Exchange exchange : failed) {
            drop(exchange);
        }
        for (Exchange exchange : failed) {
            exchange.failed(failure);
        }
    }

    /** Whether new questions should travel on it. */
    abstract boolean takesNew(long nowNanos);

    /** Whether new questions could travel on it if they must. */
    abstract boolean isUsable();

    /** Whether it has served its time: nothing is open on it, and nothing new is due. */
    abstract boolean isDone(long nowNanos);

    /** Hands on the next message of an answer that goes on: what came before has been dealt with. */
    void readOn() {
        throw new IllegalStateException("no answer here has more than one message");
    }

    /** Writes out what is in line. */
    abstract void send();

    /** Closes it for good. The open questions fail. */
    abstract void close(Failure failure);
}
