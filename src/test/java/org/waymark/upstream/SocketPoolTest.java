package org.waymark.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.waymark.metrics.Count;
import org.waymark.metrics.Counters;

class SocketPoolTest {
    private static final int MARK = 137;
    private static final int BUSY_AT = 2;
    private static final int SOCKETS_PER_MARK = 2;
    private static final int SOCKETS = 3;
    private static final long NOW = 0;

    private final Counters counters = new Counters();
    private final WorkerResources resources = TestUpstreamSocket.resources(SOCKETS, SOCKETS_PER_MARK, counters);
    private final List<TestUpstreamSocket> opened = new ArrayList<>();
    private final SocketPool pool = pool();
    private boolean portsAreShort;

    @Test
    void usesACarrierAgainUntilItIsBusy() throws CannotOpenException {
        UpstreamSocket first = ask(pool);
        assertSame(first, ask(pool));
        assertNotSame(first, ask(pool));
    }

    @Test
    void opensAnotherWhenTheTimeOfTheFirstIsOver() throws CannotOpenException {
        UpstreamSocket first = ask(pool);
        opened.get(0).takesNew = false;
        assertNotSame(first, ask(pool));
    }

    @Test
    void sharesABusyCarrierAtTheLimitForItsMark() throws CannotOpenException {
        for (int i = 0; i < 3 * BUSY_AT; i++) {
            ask(pool);
        }
        assertEquals(SOCKETS_PER_MARK, opened.size());
        assertTrue(counters.get(Count.UPSTREAM_SOCKETS_PER_MARK_LIMIT) > 0);
    }

    @Test
    void usesAnOldCarrierAtTheLimitRatherThanNone() throws CannotOpenException {
        for (int i = 0; i < 2 * BUSY_AT; i++) {
            ask(pool);
        }
        opened.forEach(socket -> socket.takesNew = false);
        assertTrue(opened.contains(ask(pool)));
    }

    @Test
    void refusesAMarkThatHasNoSocketWhenAllAreInUse() throws CannotOpenException {
        SocketPool other = pool();
        for (int i = 0; i < 2 * BUSY_AT; i++) {
            ask(pool);
        }
        ask(other);
        assertEquals(SOCKETS, opened.size());
        CannotOpenException refusal = assertThrows(CannotOpenException.class, () -> ask(pool()));
        assertEquals(Failure.TOO_MANY_SOCKETS, refusal.failure());
    }

    @Test
    void sharesABusyCarrierWhenNoneCanBeOpened() throws CannotOpenException {
        UpstreamSocket busy = ask(pool);
        ask(pool);
        portsAreShort = true;
        assertSame(busy, ask(pool));
        CannotOpenException refusal = assertThrows(CannotOpenException.class, () -> ask(pool()));
        assertEquals(Failure.NO_SOURCE_PORT, refusal.failure());
    }

    @Test
    void closesWhatHasServedItsTimeAndNothingElse() throws CannotOpenException {
        ask(pool);
        ask(pool);
        ask(pool);
        TestUpstreamSocket busy = opened.get(0);
        TestUpstreamSocket idle = opened.get(1);
        idle.failAll(Failure.REFUSED);
        busy.takesNew = false;
        idle.takesNew = false;
        pool.sweep(NOW, false);
        assertTrue(idle.isClosed);
        assertFalse(busy.isClosed);
    }

    @Test
    void closesIdleCarriersEarlyWhenSocketsAreShort() throws CannotOpenException {
        ask(pool);
        opened.get(0).failAll(Failure.REFUSED);
        pool.sweep(NOW, false);
        assertFalse(opened.get(0).isClosed);
        pool.sweep(NOW, true);
        assertTrue(opened.get(0).isClosed);
        assertFalse(resources.isFull());
    }

    private SocketPool pool() {
        return new SocketPool(resources, TestUpstreamSocket.health(), BUSY_AT, own -> {
            if (portsAreShort) {
                throw new CannotOpenException(Failure.NO_SOURCE_PORT);
            }
            TestUpstreamSocket socket = new TestUpstreamSocket(resources, MARK);
            opened.add(socket);
            return socket;
        });
    }

    private static UpstreamSocket ask(SocketPool pool) throws CannotOpenException {
        UpstreamSocket socket = pool.choose(NOW);
        socket.take(new Question(MARK), 0);
        return socket;
    }
}
