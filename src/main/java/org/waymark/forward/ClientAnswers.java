package org.waymark.forward;

import java.util.Optional;
import org.waymark.dns.AnswerWriter;
import org.waymark.dns.ExtendedError;
import org.waymark.dns.Truncation;
import org.waymark.dns.WireMessage;
import org.waymark.loop.Loop;
import org.waymark.metrics.Count;
import org.waymark.metrics.Counters;
import org.waymark.policy.Rule;

/** Sends clients their answers, or a refusal that says why there is none. */
final class ClientAnswers {
    private final Counters counters;
    private final QueryEndings endings;
    private final Loop loop;
    private final HeldAnswers held;

    /**
     * @param held those that wait for the firewall
     */
    ClientAnswers(Loop loop, Counters counters, QueryEndings endings, HeldAnswers held) {
        this.loop = loop;
        this.counters = counters;
        this.endings = endings;
        this.held = held;
    }

    /** Gives a client an answer that was made here. */
    void giveOwn(Query query, WireMessage message, WireMessage answer) {
        if (query.decision().fills().isEmpty()) {
            endings.answeredHere(query, message, answer);
            give(query, answer);
        } else {
            hold(query, message, answer, (itsMessage, itsAnswer) -> {
                endings.answeredHere(query, itsMessage, itsAnswer);
                give(query, itsAnswer);
            });
        }
    }

    /** Gives a client a server's answer that was kept, and that the client takes. */
    void giveKept(Query query, WireMessage message, WireMessage answer, boolean isStale) {
        answer.setId(query.id());
        if (refusesAlias(query, message, answer)) {
            return;
        }
        if (query.decision().fills().isEmpty()) {
            endings.answeredFromCache(query, message, answer, isStale);
            query.answer(answer, query.connectionMark());
        } else {
            hold(query, message, answer, (itsMessage, itsAnswer) -> {
                endings.answeredFromCache(query, itsMessage, itsAnswer, isStale);
                query.answer(itsAnswer, query.connectionMark());
            });
        }
    }

    /** Gives the client the server's answer. */
    void give(Query query, Flight flight, WireMessage answer, long nowNanos) {
        WireMessage message = flight.messageOf(query);
        if (refusesAlias(query, message, answer)) {
            return;
        }
        QueryEndings.Origin origin = flight.origin();
        if (query.decision().fills().isEmpty()) {
            endings.answered(query, message, origin, answer, nowNanos);
            give(query, answer);
        } else {
            hold(query, message, answer, (itsMessage, itsAnswer) -> {
                endings.answered(query, itsMessage, origin, itsAnswer, loop.nanoTime());
                give(query, itsAnswer);
            });
        }
    }

    /** Lets an answer wait until its addresses are in the sets of its decision. */
    private void hold(Query query, WireMessage message, WireMessage answer, HeldAnswers.Ending ending) {
        held.hold(query.decision(), message, answer, (itsMessage, itsAnswer) -> {
            if (itsAnswer == null) {
                refuse(query, itsMessage, Outcome.NOT_IN_SETS);
            } else {
                ending.end(itsMessage, itsAnswer);
            }
        });
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
