package org.waymark.forward;

import java.util.Optional;
import org.waymark.dns.AnswerWriter;
import org.waymark.dns.ExtendedError;
import org.waymark.dns.Truncation;
import org.waymark.dns.WireMessage;
import org.waymark.metrics.Count;
import org.waymark.metrics.Counters;
import org.waymark.policy.Rule;

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
        if (refusesAlias(query, message, answer)) {
            return;
        }
        endings.answeredFromCache(query, message, answer, isStale);
        query.answer(answer, query.connectionMark());
    }

    /** Gives a client the server's answer. */
    void give(Query query, Flight flight, WireMessage answer, long nowNanos) {
        if (refusesAlias(query, flight.messageOf(query), answer)) {
            return;
        }
        endings.answered(query, flight, answer, nowNanos);
        give(query, answer);
    }

    /** Gives a client its answer, or as much of it as the client takes. */
    private static void give(Query query, WireMessage answer) {
        boolean fits = answer.length() <= query.payloadLimit();
        query.answer(fits ? answer : Truncation.cut(answer, query.payloadLimit()), query.connectionMark());
    }

    /** Refuses an answer that leads to a name that the query's rule does not match, if the rule wants that. */
    private boolean refusesAlias(Query query, WireMessage message, WireMessage answer) {
        Rule rule = query.rule();
        if (!rule.isStrict()) {
            return false;
        }
        Optional<String> stranger = rule.strangerIn(answer);
        stranger.ifPresent(name -> refuse(
                query, message, Outcome.POLICY, causeOf(rule) + ", whose names lack the alias " + name, rule.reason()));
        return stranger.isPresent();
    }

    /** Refuses a query because of a rule. */
    void refuseBy(Rule rule, Query query, WireMessage message) {
        if (rule.number() > 0) {
            refuse(query, message, Outcome.POLICY, causeOf(rule), rule.reason());
        } else {
            refuse(query, message, Outcome.MARK_UNKNOWN);
        }
    }

    private static String causeOf(Rule rule) {
        return Outcome.POLICY.cause + " " + rule.number();
    }

    /** Gives a client no answer because of a rule. */
    void drop(Query query, WireMessage message) {
        counters.add(Count.POLICY_DROPS);
        endings.dropped(query, message, causeOf(query.rule()));
        query.breakOff();
    }

    void refuse(Query query, WireMessage message, Outcome outcome) {
        refuse(query, message, outcome, outcome.cause, outcome.error);
    }

    private void refuse(Query query, WireMessage message, Outcome outcome, String cause, ExtendedError error) {
        counters.add(outcome.count, () -> query + ": " + cause);
        WireMessage answer = AnswerWriter.write(message, outcome.rcode, error);
        endings.notAnswered(query, message, outcome, answer, cause);
        query.answer(answer, query.connectionMark());
    }

    void breakOff(Query query, WireMessage message) {
        endings.brokeOff(query, message);
        query.breakOff();
    }
}
