package org.waymark.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.waymark.dns.AnswerWriter;
import org.waymark.dns.QueryReader;
import org.waymark.dns.WireMessage;
import org.waymark.linux.Endpoint;
import org.waymark.mark.ConnectionMark;
import org.waymark.mark.MarkMask;
import org.waymark.metrics.Counters;
import org.waymark.metrics.MarkTotals;
import org.waymark.metrics.Snapshot;
import org.waymark.names.Action;
import org.waymark.policy.Decision;
import org.waymark.policy.Rule;

class QueryEndingsTest {
    private static final byte[] QUERY = {0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 'a', 0, 0, 1, 0, 1};
    private static final long NOW = 1_000_000;

    private final Counters counters = new Counters();
    private final List<String> told = new ArrayList<>();
    private boolean on = true;

    private final QueryObserver observer = new QueryObserver() {
        @Override
        public boolean isOn() {
            return on;
        }

        @Override
        public void ended(QueryEnd end) {
            told.add(end.how() + " policy " + end.policy() + " rcode "
                    + end.answer().rcode() + " after " + end.nanos() + ": " + end.why());
        }
    };

    private final QueryEndings endings = new QueryEndings(() -> NOW, counters, QueryObserver.allOf(List.of(observer)));
    private final WireMessage message = WireMessage.of(QUERY.clone());
    private final Query query = new AskedQuery();

    QueryEndingsTest() {
        new QueryReader().read(message);
        counters.marks().add(137);
        query.join(0, ConnectionMark.known(137));
        Rule rule = new Rule(
                2,
                null,
                null,
                MarkMask.exactly(0),
                Rule.BY_DOMAIN,
                Action.REFUSE,
                List.of(),
                false,
                List.of(),
                false,
                0);
        query.decision(new Decision(rule, Action.REFUSE, List.of(), 0, 0, 0, null, List.of()));
    }

    private static final class AskedQuery extends Query {
        AskedQuery() {
            arrivedAt(NOW - 500);
        }

        @Override
        protected ClientTransport transport() {
            return ClientTransport.UDP;
        }

        @Override
        protected long clientKey() {
            return 1;
        }

        @Override
        protected Endpoint client() {
            return new Endpoint();
        }

        @Override
        protected void answer(WireMessage answer, long connectionMark) {
            throw new IllegalStateException("endings answer nothing");
        }

        @Override
        protected void breakOff() {
            throw new IllegalStateException("endings break nothing off");
        }
    }

    private WireMessage answer(Outcome outcome) {
        return AnswerWriter.write(message, outcome.rcode, outcome.error);
    }

    @Test
    void aRefusalIsToldWithItsPolicyAndCountedForItsMark() {
        endings.notAnswered(query, message, Outcome.POLICY, answer(Outcome.POLICY), "[[policy]] 2");

        assertEquals(List.of("REFUSED policy 2 rcode 5 after 500: refused: [[policy]] 2"), told);
        assertEquals(1, Snapshot.of(List.of(counters)).responses(5));
        assertEquals(
                List.of(new MarkTotals.OfMark(137, 1, 1, 0, 0, 0)),
                MarkTotals.of(List.of(counters)).busiest(1));
    }

    @Test
    void aFailureIsAnother() {
        endings.notAnswered(query, message, Outcome.TIMED_OUT, answer(Outcome.TIMED_OUT), "nobody answered");

        assertEquals(List.of("FAILED policy 2 rcode 2 after 500: failed: nobody answered"), told);
        assertEquals(
                List.of(new MarkTotals.OfMark(137, 1, 0, 1, 0, 0)),
                MarkTotals.of(List.of(counters)).busiest(1));
    }

    @Test
    void aHitIsCountedForItsMarkWithTheBytesThatItSaves() {
        WireMessage kept = answer(Outcome.TIMED_OUT);
        endings.answeredFromCache(query, message, kept, false);

        assertEquals(List.of("CACHE policy 2 rcode 2 after 500: null"), told);
        assertEquals(
                List.of(new MarkTotals.OfMark(137, 1, 0, 0, 1, message.length() + kept.length())),
                MarkTotals.of(List.of(counters)).busiest(1));
    }

    @Test
    void anOldAnswerSavesNothingBecauseServersWereAsked() {
        endings.answeredFromCache(query, message, answer(Outcome.TIMED_OUT), true);

        assertEquals(List.of("STALE policy 2 rcode 2 after 500: null"), told);
        assertEquals(
                List.of(new MarkTotals.OfMark(137, 1, 0, 0, 0, 0)),
                MarkTotals.of(List.of(counters)).busiest(1));
    }

    @Test
    void whoeverIsOffIsToldNothingAndItCountsAllTheSame() {
        on = false;
        endings.answeredHere(query, message, answer(Outcome.TIMED_OUT));

        assertEquals(List.of(), told);
        assertEquals(1, Snapshot.of(List.of(counters)).requestDurations().count());
        assertEquals(500, Snapshot.of(List.of(counters)).requestDurations().nanos());
    }
}
