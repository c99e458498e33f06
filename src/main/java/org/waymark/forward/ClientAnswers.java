package org.waymark.forward;

import org.waymark.dns.AnswerWriter;
import org.waymark.dns.Truncation;
import org.waymark.dns.WireMessage;
import org.waymark.metrics.Counters;

/** Sends clients their answers, or a refusal that says why there is none. */
final class ClientAnswers {
    private final Counters counters;
    private final QueryLog log;

    ClientAnswers(Counters counters, QueryLog log) {
        this.counters = counters;
        this.log = log;
    }

    /** Gives a client its answer, or as much of it as the client takes. */
    void give(Query query, WireMessage answer) {
        boolean fits = answer.length() <= query.payloadLimit();
        query.answer(fits ? answer : Truncation.cut(answer, query.payloadLimit()), query.connectionMark());
    }

    void refuse(Query query, WireMessage message, Outcome outcome) {
        refuse(query, message, outcome, outcome.cause);
    }

    void refuse(Query query, WireMessage message, Outcome outcome, String cause) {
        counters.add(outcome.count, () -> query + ": " + cause);
        log.notAnswered(query, message, outcome.because(cause));
        query.answer(AnswerWriter.write(message, outcome.rcode, outcome.error), query.connectionMark());
    }
}
