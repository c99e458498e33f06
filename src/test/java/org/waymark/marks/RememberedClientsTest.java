package org.waymark.marks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.waymark.linux.Endpoint;

class RememberedClientsTest {
    private static final Endpoint ONE = client(1);
    private static final Endpoint OTHER = client(2);
    private static final Endpoint NEVER_MARKED = client(3);

    private final RememberedClients clients = new RememberedClients();

    private static Endpoint client(int number) {
        return Endpoint.of(new InetSocketAddress("192.0.2." + number, 1024));
    }

    private void pass(int ticks) {
        for (int i = 0; i < ticks; i++) {
            clients.tick();
        }
    }

    /** How often they say so while these clients ask without a mark in turn, each once in every tick. */
    private int said(int ticks, Endpoint... asking) {
        int said = 0;
        for (int i = 0; i < ticks; i++) {
            for (Endpoint each : asking) {
                said += clients.unmarked(each) ? 1 : 0;
            }
            pass(1);
        }
        return said;
    }

    @Test
    void marksThatAllAreGoneAtOnceAreNoticedOnce() {
        clients.marked(ONE);
        clients.marked(OTHER);

        assertEquals(0, said(20, ONE, OTHER, NEVER_MARKED, NEVER_MARKED, NEVER_MARKED));
        assertEquals(1, said(1, ONE, OTHER));
        assertEquals(0, said(100, ONE, OTHER));
    }

    @Test
    void marksThatCameBackMayBeGoneAgain() {
        clients.marked(ONE);
        clients.marked(OTHER);
        said(100, ONE, OTHER);
        clients.marked(ONE);
        clients.marked(OTHER);

        assertEquals(1, said(100, ONE, OTHER));
    }

    @Test
    void clientsThatLogOutOneByOneAreNotTold() {
        clients.marked(ONE);
        clients.marked(OTHER);
        said(1, ONE);
        clients.marked(OTHER);

        assertEquals(0, said(200, ONE, OTHER));
    }

    @Test
    void onlyMarkedClientMayHaveLoggedOut() {
        clients.marked(ONE);

        assertEquals(0, said(200, ONE, NEVER_MARKED));
    }

    @Test
    void markedClientsThatAskNoMoreHaveLostNothing() {
        clients.marked(ONE);
        clients.marked(OTHER);

        assertEquals(0, said(200, NEVER_MARKED, ONE));
    }

    @Test
    void marksOfLongAgoDoNotCount() {
        clients.marked(ONE);
        pass(241);
        clients.marked(OTHER);

        assertEquals(0, said(200, ONE, OTHER));
    }

    @Test
    void onlyTheLatestClientsAreRemembered() {
        clients.marked(ONE);
        for (int i = 10; i < 18; i++) {
            clients.marked(client(i));
        }

        assertEquals(0, said(200, ONE, client(10)));
        assertEquals(1, said(30, client(10), client(17)));
    }

    @Test
    void fewQueriesWithoutAMarkShowNothing() {
        clients.marked(ONE);
        clients.marked(OTHER);

        assertEquals(0, said(49, ONE, OTHER));
    }
}
