package org.waymark.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.waymark.mark.ConnectionMark;

class MarkPolicyTest {
    @Test
    void carriesTheBitsOfTheMask() {
        MarkPolicy policy = new MarkPolicy(0xff00, false, 7);
        assertEquals(0x1200, policy.outgoingMark(ConnectionMark.known(0xabcd_1234)));
        assertEquals(0, policy.outgoingMark(ConnectionMark.known(0)));
    }

    @Test
    void givesUnknownMarksTheirOwnMarkWhateverTheMask() {
        MarkPolicy policy = new MarkPolicy(0xff00, false, 7);
        assertEquals(7, policy.outgoingMark(ConnectionMark.NO_ENTRY));
        assertEquals(7, policy.outgoingMark(ConnectionMark.UNAVAILABLE));
        assertFalse(policy.refuses(ConnectionMark.NO_ENTRY));
    }

    @Test
    void refusesUnknownMarksButNotZero() {
        MarkPolicy policy = new MarkPolicy(-1, true, 0);
        assertTrue(policy.refuses(ConnectionMark.NO_ENTRY));
        assertTrue(policy.refuses(ConnectionMark.UNAVAILABLE));
        assertFalse(policy.refuses(ConnectionMark.known(0)));
    }
}
