package org.waymark.marks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.waymark.conntrack.TransportProtocol;
import org.waymark.linux.Endpoint;
import org.waymark.mark.ConnectionMark;

class SuspicionTest {
    private static final Endpoint ONE = Endpoint.of(new InetSocketAddress("192.0.2.1", 1024));
    private static final Endpoint OTHER = Endpoint.of(new InetSocketAddress("192.0.2.2", 1024));

    private final Suspicion suspicion = new Suspicion(true);

    @Test
    void clientThatConntrackNeverKnowsIsFoundOutOnce() {
        assertEquals(1, confirmed(ONE, 10));
        assertEquals(0, confirmed(ONE, 9));
    }

    @Test
    void laterItMayBeFoundOutAgain() {
        confirmed(ONE, 10);
        pass(4);

        assertEquals(1, confirmed(ONE, 10));
    }

    @Test
    void queriesOfTheSameTickCountAsOne() {
        for (int i = 0; i < 100; i++) {
            suspicion.told(TransportProtocol.UDP, ONE, ConnectionMark.NO_ENTRY);
        }
        pass(1);

        assertEquals(0, confirmed(ONE, 8));
        assertEquals(1, confirmed(ONE, 1));
    }

    @Test
    void oneKnownConnectionEndsIt() {
        confirmed(ONE, 9);
        suspicion.told(TransportProtocol.UDP, ONE, ConnectionMark.known(0));
        pass(4);

        assertEquals(0, confirmed(ONE, 9));
    }

    @Test
    void otherClientsAndTheOtherTransportDoNotCount() {
        confirmed(ONE, 9);
        suspicion.told(TransportProtocol.UDP, OTHER, ConnectionMark.known(7));
        suspicion.told(TransportProtocol.TCP, ONE, ConnectionMark.known(7));

        assertEquals(0, confirmed(OTHER, 10));
        assertEquals(1, confirmed(ONE, 1));
    }

    @Test
    void allClientsMayBeSuspectedTogether() {
        Suspicion ofAll = new Suspicion(false);
        for (int i = 0; i < 9; i++) {
            ofAll.told(TransportProtocol.UDP, i % 2 == 0 ? ONE : OTHER, ConnectionMark.NO_ENTRY);
            ofAll.tick();
        }

        assertEquals(true, ofAll.told(TransportProtocol.UDP, OTHER, ConnectionMark.NO_ENTRY));
    }

    @Test
    void clientThatAsksNothingMoreGivesWayToAnother() {
        confirmed(ONE, 9);
        pass(41);

        assertEquals(1, confirmed(OTHER, 10));
    }

    @Test
    void answerThatConntrackDidNotGiveIsNotAMissingEntry() {
        for (int i = 0; i < 20; i++) {
            assertEquals(false, suspicion.told(TransportProtocol.UDP, ONE, ConnectionMark.UNAVAILABLE));
            pass(1);
        }
    }

    /** How often it is confirmed by so many queries without an entry, one in each tick. */
    private int confirmed(Endpoint client, int queries) {
        int confirmed = 0;
        for (int i = 0; i < queries; i++) {
            confirmed += suspicion.told(TransportProtocol.UDP, client, ConnectionMark.NO_ENTRY) ? 1 : 0;
            pass(1);
        }
        return confirmed;
    }

    private void pass(int ticks) {
        for (int i = 0; i < ticks; i++) {
            suspicion.tick();
        }
    }
}
