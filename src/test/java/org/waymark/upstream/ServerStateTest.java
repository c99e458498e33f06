package org.waymark.upstream;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class ServerStateTest {
    private static final long SECOND = 1_000_000_000;

    private final ServerState state =
            new ServerState(new UpstreamServer(new InetSocketAddress("192.0.2.53", 53), false));

    @Test
    void oneThatNobodyHasAskedIsUp() {
        assertTrue(state.isUp());
    }

    @Test
    void oneThatAnswersAnotherMarkIsUp() {
        state.down(1, 10 * SECOND);
        assertFalse(state.isUp());
        state.answered(2, 12 * SECOND);
        assertTrue(state.isUp());
    }

    @Test
    void oneThatHasNotAnsweredSinceIsNotUpHoweverManyMarksAreLeft() {
        state.answered(2, 5 * SECOND);
        state.down(1, 10 * SECOND);
        assertFalse(state.isUp());
    }

    @Test
    void oneThatIsAskedNoMoreWithTheMarkForWhichItWasDownIsUp() {
        state.down(1, 10 * SECOND);
        state.forgotten();
        assertTrue(state.isUp());
    }
}
