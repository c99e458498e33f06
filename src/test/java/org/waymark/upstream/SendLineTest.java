package org.waymark.upstream;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.waymark.dns.WireMessage;

class SendLineTest {
    private final SendLine line = new SendLine();
    private final UpstreamQuery a = new Silent();
    private final UpstreamQuery b = new Silent();
    private final UpstreamQuery c = new Silent();

    @Test
    void givesBackFirstComeFirst() {
        fill();
        assertSame(a, line.poll());
        assertSame(b, line.poll());
        assertSame(c, line.poll());
        assertNull(line.poll());
    }

    @Test
    void letsAnyoneLeaveFromAnywhere() {
        for (UpstreamQuery leaving : new UpstreamQuery[] {a, b, c}) {
            fill();
            line.remove(leaving);
            for (UpstreamQuery next = line.poll(); next != null; next = line.poll()) {
                assertTrue(next != leaving);
            }
            assertTrue(line.isEmpty());
        }
    }

    @Test
    void leavesAloneWhoIsNotInLine() {
        line.add(a);
        line.remove(b);
        assertSame(a, line.poll());
        line.remove(a);
        assertTrue(line.isEmpty());
    }

    private void fill() {
        line.add(a);
        line.add(b);
        line.add(c);
    }

    private static final class Silent extends UpstreamQuery {
        @Override
        protected void answered(WireMessage answer) {
            throw new AssertionError("nothing is sent here");
        }

        @Override
        protected void failed(Failure failure) {
            throw new AssertionError("nothing is sent here");
        }
    }
}
