package org.waymark.forward;

import org.waymark.dns.AnswerWriter;
import org.waymark.dns.Truncation;
import org.waymark.dns.WireMessage;
import org.waymark.metrics.Counters;

/** Sends clients their answers, or a refusal that says why there is none. */
final class ClientAnswers {
    private final Counters counters;
    private final QueryEndings endings;

    ClientAnswers(Counters counters, QueryEndings endings) {
        this.counters = counters;
        this.endings = endings;
    }

    void giveOwn(Query query, WireMessage message, WireMessage answer) {
        endings.answeredHere(query, message, answer);
        give(query, answer);
    }

    /** Gives a client a server's answer that was kept, and that the client takes. */
    void giveKept(Query query, WireMessage message, WireMessage answer, boolean isStale) {
        answer.setId(query.id());
        endings.answeredFromCache(query, message, answer, isStale);
        query.answer(answer, query.connectionMark());
    }

    /** Gives a client the server's answer. */
    void give(Query query, Flight flight, WireMessage answer, long nowNanos) {
        endings.answered(query, flight, answer, nowNanos);
        give(query, answer);
    }

    /** Gives a client its answer, or as much of it as the client takes. */
    private static void give(Query query, WireMessage answer) {
        boolean fits = answer.length() <= query.payloadLimit();
        query.answer(fits ? answer : Truncation.cut(answer, query.payloadLimit()), query.connectionMark());
    }

    void refuse(Query query, WireMessage message, Outcome outcome) {
        refuse(query, message, outcome, outcome.cause);
    }

    void refuse(Query query, WireMessage message, Outcome outcome, String cause) {
        counters.add(outcome.count, () -> query + ": " + cause);
        WireMessage answer = AnswerWriter.write(message, outcome.rcode, outcome.error);
        endings.notAnswered(query, message, outcome, answer, cause);
        query.answer(answer, query.connectionMark());
    }

    void breakOff(Query query, WireMessage message) {
        endings.brokeOff(query, message);
        query.breakOff();
    }
}
