package org.waymark.marks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.waymark.linux.Endpoint;
import org.waymark.mark.ConnectionMark;

class SuspectedClientTest {
    private static final Endpoint ONE = Endpoint.of(new InetSocketAddress("192.0.2.1", 1024));
    private static final Endpoint OTHER = Endpoint.of(new InetSocketAddress("192.0.2.2", 1024));

    private final SuspectedClient suspect = new SuspectedClient();

    @Test
    void clientWhoseQueriesAreAllUnknownIsFoundOutOnce() {
        assertEquals(1, foundOut(ONE, 8));
        assertEquals(0, foundOut(ONE, 8));
    }

    @Test
    void laterItMayBeFoundOutAgain() {
        foundOut(ONE, 8);
        pass(4);

        assertEquals(1, foundOut(ONE, 8));
    }

    @Test
    void oneKnownConnectionClearsIt() {
        foundOut(ONE, 7);
        suspect.told(ONE, ConnectionMark.known(0));
        pass(4);

        assertEquals(0, foundOut(ONE, 7));
    }

    @Test
    void othersDoNotCount() {
        foundOut(ONE, 7);
        suspect.told(OTHER, ConnectionMark.known(7));

        assertEquals(0, foundOut(OTHER, 8));
        assertEquals(1, foundOut(ONE, 1));
    }

    @Test
    void clientThatAsksNothingMoreGivesWayToAnother() {
        foundOut(ONE, 7);
        pass(41 + 4);

        assertEquals(1, foundOut(OTHER, 8));
    }

    @Test
    void answerThatConntrackDidNotGiveIsNotAMissingEntry() {
        for (int i = 0; i < 8; i++) {
            assertFalse(suspect.told(ONE, ConnectionMark.UNAVAILABLE));
        }
    }

    private int foundOut(Endpoint client, int queries) {
        int found = 0;
        for (int i = 0; i < queries; i++) {
            found += suspect.told(client, ConnectionMark.NO_ENTRY) ? 1 : 0;
        }
        return found;
    }

    private void pass(int ticks) {
        for (int i = 0; i < ticks; i++) {
            suspect.tick();
        }
    }
}
