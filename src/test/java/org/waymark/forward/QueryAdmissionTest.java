package org.waymark.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.waymark.dns.WireMessage;
import org.waymark.limit.SharedLimit;

class QueryAdmissionTest {
    private static final int WORKERS = 16;

    private final QueryLimits limits = new QueryLimits(
            SharedLimit.ofAll(5, WORKERS),
            SharedLimit.ofEach(3, WORKERS),
            SharedLimit.ofEach(1, WORKERS),
            SharedLimit.ofAll(2, WORKERS),
            SharedLimit.ofEach(1, WORKERS),
            new SipHash(1, 2),
            Duration.ofSeconds(2));
    private final OverloadGuard overload =
            new OverloadGuard(limits.queriesInFlight(), limits.longestTry().toNanos(), 0);
    private final QueryAdmission admission = new QueryAdmission(limits, overload);
    private final QueryAdmission ofAnotherWorker = new QueryAdmission(limits, overload);
    private final Query one = query(1);
    private final Query another = query(2);

    @Test
    void clientMayHaveItsShareAndNoMore() {
        for (int i = 0; i < 3; i++) {
            enter(one, false);
        }
        assertEquals(Outcome.TOO_MANY_OF_CLIENT, admission.limitHitBy(one, false));
        assertEquals(Outcome.TOO_MANY_OF_CLIENT, ofAnotherWorker.limitHitBy(one, false));
        assertNull(admission.limitHitBy(another, false));
        admission.leave(one, false);
        assertNull(admission.limitHitBy(one, false));
    }

    @Test
    void allClientsTogetherAreHeldToTheLimit() {
        enter(one, false);
        for (int client = 2; client <= 5; client++) {
            enter(query(client), false);
        }
        assertEquals(Outcome.TOO_MANY_QUERIES, admission.limitHitBy(query(6), false));
        assertEquals(Outcome.TOO_MANY_QUERIES, ofAnotherWorker.limitHitBy(query(6), false));
        admission.leave(one, false);
        assertNull(admission.limitHitBy(query(6), false));
        assertEquals(4, admission.queries());
    }

    @Test
    void transfersHaveLimitsOfTheirOwn() {
        enter(one, true);
        assertEquals(Outcome.TOO_MANY_TRANSFERS, admission.limitHitBy(one, true), "one for a client");
        assertNull(admission.limitHitBy(one, false));
        enter(another, true);
        assertEquals(Outcome.TOO_MANY_TRANSFERS, admission.limitHitBy(query(3), true), "two for all");
        assertEquals(Outcome.TOO_MANY_TRANSFERS, ofAnotherWorker.limitHitBy(query(3), true));
        assertNull(admission.limitHitBy(query(3), false));
        admission.leave(one, true);
        assertNull(admission.limitHitBy(one, true));
    }

    private void enter(Query query, boolean transfer) {
        assertNull(admission.limitHitBy(query, transfer));
        admission.enter(query, transfer);
    }

    private static Query query(int client) {
        return new Query() {
            @Override
            protected boolean overTcp() {
                return true;
            }

            @Override
            protected long clientKey() {
                return client;
            }

            @Override
            public String client() {
                return "client " + client;
            }

            @Override
            protected void answer(WireMessage answer, long connectionMark) {
                throw new IllegalStateException("nobody answers");
            }
        };
    }
}
