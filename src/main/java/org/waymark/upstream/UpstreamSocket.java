package org.waymark.upstream;

import io.netty.util.collection.IntObjectHashMap;
import org.waymark.dns.AnswerReader;
import org.waymark.dns.Padding;
import org.waymark.dns.WireMessage;
import org.waymark.metrics.Count;
import org.waymark.metrics.ServerCounts;

/**
 * What questions travel on: a UDP socket or a TCP connection, to one server, with one mark for all its life. It knows the
 * questions that are open on it by their ids, and those that are still to be written.
 */
abstract class UpstreamSocket {
    /** Ids are drawn until one is free; with no more than this open, one draw in four at most is in vain. */
    private static final int MAX_OPEN = 1 << 14;

    final WorkerResources resources;
    final Health health;
    final int mark;

    /** Few enough that guessing is hopeless: each of them has hit with a chance of one in 65,536. */
    private static final int MAX_GUESSES = 10;

    private int guesses;
    private final IntObjectHashMap<UpstreamQuery> open = new IntObjectHashMap<>();

    /** Ids that were given up, and when each was sent: an answer with one of them is late rather than forged. */
    private final IntObjectHashMap<Long> givenUp = new IntObjectHashMap<>();

    final SendLine toSend = new SendLine();

    UpstreamSocket(WorkerResources resources, Health health, int mark) {
        this.resources = resources;
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

    /** Gives the query a random id that no open question here has, and puts it last in line to be sent. */
    final void take(UpstreamQuery query, long nowNanos) {
        if (query.mark() != mark) {
            throw new IllegalStateException("a question of mark " + query.mark() + " on a socket of mark " + mark);
        }
        int id;
        do {
            id = resources.random().next16();
        } while (open.containsKey(id));
        givenUp.remove(id);
        open.put(id, query);
        health.used(nowNanos);
        query.sentOn(this, id, nowNanos);
        health.counts().add(ServerCounts.Count.TRIES);
        toSend.add(query);
        if (resources.observer().isOn()) {
            resources.observer().asked(health.server(), isConnection(), query);
        }
    }

    /** Gives an query up that had its time, which counts against the server. */
    void timedOut(UpstreamQuery query) {
        health.silent(query.sentAt(), resources.loop().nanoTime());
        health.counts().add(ServerCounts.Count.TIMEOUTS);
        drop(query);
    }

    /** Gives an query up: its owner waits no longer. */
    void drop(UpstreamQuery query) {
        givenUp.put(query.id(), Long.valueOf(query.sentAt()));
        takeOff(query);
    }

    private void takeOff(UpstreamQuery query) {
        open.remove(query.id());
        toSend.remove(query);
        query.leave();
    }

    /** Hands an answer to the question that it answers; if there is none, it is ignored and the wait goes on. */
    final void answered(WireMessage answer, long nowNanos) {
        UpstreamQuery query = answer.hasHeader() ? open.get(answer.id()) : null;
        if (query == null || !AnswerReader.answers(answer, query.message())) {
            resources.counters().add(Count.FOREIGN_ANSWERS);
            answersNothing(answer, nowNanos);
            return;
        }
        health.answered(nowNanos - query.sentAt(), nowNanos);
        health.counts().answered(nowNanos - query.sentAt());
        query.answeredAt(nowNanos);
        takeOff(query);
        if (query.isPadded()) {
            Padding.strip(answer);
        }
        observe(query, answer);
        query.answered(answer);
    }

    final void observe(UpstreamQuery query, WireMessage answer) {
        if (resources.observer().isOn()) {
            resources.observer().answered(health.server(), isConnection(), query, answer);
        }
    }

    /** An answer that is late tells how long this server takes; others may be guesses. */
    private void answersNothing(WireMessage answer, long nowNanos) {
        if (!answer.hasHeader()) {
            return;
        }
        Long sentAt = givenUp.remove(answer.id());
        if (sentAt != null) {
            health.answered(nowNanos - sentAt, nowNanos);
        } else if (isGuess(answer)) {
            noteGuess();
        }
    }

    /** Whether a foreign answer fits an open question in all but its id (RFC 5452, section 9.3). */
    boolean isGuess(WireMessage answer) {
        return open.values().stream().anyMatch(query -> AnswerReader.answers(answer, query.message()));
    }

    private void noteGuess() {
        guesses++;
        if (guesses == MAX_GUESSES) {
            resources.counters().add(Count.SUSPECTED_FORGERIES);
            failAll(Failure.SUSPECTED_FORGERY);
        }
    }

    /** Whether somebody seems to be guessing answers here; it takes no new questions then. */
    final boolean isSuspect() {
        return guesses >= MAX_GUESSES;
    }

    /** Fails every question that is open here. Their owners may send them again at once, on other sockets. */
    final void failAll(Failure failure) {
        UpstreamQuery[] failed = open.values().toArray(UpstreamQuery[]::new);
        for (UpstreamQuery query : failed) {
            drop(query);
        }
        for (UpstreamQuery query : failed) {
            health.counts().add(ServerCounts.Count.ERRORS);
            query.failed(failure);
        }
    }

    /** Whether it is a TCP connection. */
    abstract boolean isConnection();

    /** The port that its questions come from. */
    abstract int sourcePort();

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
