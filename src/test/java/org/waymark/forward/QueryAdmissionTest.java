package org.waymark.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.waymark.dns.SipHash;
import org.waymark.dns.WireMessage;
import org.waymark.limit.RateLimit;
import org.waymark.limit.SharedLimit;
import org.waymark.linux.Endpoint;

class QueryAdmissionTest {
    private static final int WORKERS = 16;

    private final QueryLimits limits = new QueryLimits(
            SharedLimit.ofAll(5, WORKERS),
            SharedLimit.ofEach(3, WORKERS),
            SharedLimit.ofEach(1, WORKERS),
            SharedLimit.ofAll(2, WORKERS),
            SharedLimit.ofEach(1, WORKERS),
            new RateLimit(),
            new SipHash(1, 2));
    private final OverloadGuard overload =
            new OverloadGuard(limits.queriesInFlight(), Duration.ofSeconds(2).toNanos(), 0);
    private final QueryAdmission admission = new QueryAdmission(limits, overload);
    private final QueryAdmission ofAnotherWorker = new QueryAdmission(limits, overload);
    private final Query one = query(1);
    private final Query another = query(2);

    @Test
    void clientMayHaveItsShareAndNoMore() {
        for (int i = 0; i < 3; i++) {
            assertNull(admission.admit(one, false));
        }
        assertEquals(Outcome.TOO_MANY_OF_CLIENT, admission.admit(one, false));
        assertEquals(Outcome.TOO_MANY_OF_CLIENT, ofAnotherWorker.admit(one, false));
        assertNull(admission.admit(another, false));
        admission.leave(one, false);
        assertNull(admission.admit(one, false));
    }

    @Test
    void allClientsTogetherAreHeldToTheLimit() {
        assertNull(admission.admit(one, false));
        for (int client = 2; client <= 5; client++) {
            assertNull(admission.admit(query(client), false));
        }
        assertEquals(Outcome.TOO_MANY_QUERIES, admission.admit(query(6), false));
        assertEquals(Outcome.TOO_MANY_QUERIES, ofAnotherWorker.admit(query(6), false));
        admission.leave(one, false);
        assertEquals(4, admission.queries());
        assertNull(admission.admit(query(6), false));
    }

    @Test
    void transfersHaveLimitsOfTheirOwn() {
        assertNull(admission.admit(one, true));
        assertEquals(Outcome.TOO_MANY_TRANSFERS, admission.admit(one, true), "one for a client");
        assertNull(admission.admit(another, true));
        assertEquals(Outcome.TOO_MANY_TRANSFERS, admission.admit(query(3), true), "two for all");
        assertEquals(Outcome.TOO_MANY_TRANSFERS, ofAnotherWorker.admit(query(3), true));
        assertNull(admission.admit(query(3), false));
        admission.leave(one, true);
        assertNull(admission.admit(one, true));
    }

    private static Query query(int client) {
        return new Query() {
            @Override
            protected ClientTransport transport() {
                return ClientTransport.TCP;
            }

            @Override
            protected long clientKey() {
                return client;
            }

            @Override
            protected Endpoint client() {
                return new Endpoint();
            }

            @Override
            protected void answer(WireMessage answer, long connectionMark) {
                throw new IllegalStateException("nobody answers");
            }

            @Override
            protected void breakOff() {
                throw new IllegalStateException("nobody breaks off");
            }
        };
    }
}
