package org.waymark.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.waymark.mark.ConnectionMark;
import org.waymark.mark.MarkMask;

class MarkPolicyTest {
    private static final int ALL = 0xffff_ffff;

    @Test
    void carriesTheBitsOfTheMask() {
        MarkPolicy policy = new MarkPolicy(0xff00, false, 7, List.of());
        assertEquals(0x1200, outgoing(policy, ConnectionMark.known(0xabcd_1234)));
        assertEquals(0, outgoing(policy, ConnectionMark.known(0)));
    }

    @Test
    void givesUnknownMarksTheirOwnMarkWhateverTheMask() {
        MarkPolicy policy = new MarkPolicy(0xff00, false, 7, List.of());
        assertEquals(7, outgoing(policy, ConnectionMark.NO_ENTRY));
        assertEquals(7, outgoing(policy, ConnectionMark.UNAVAILABLE));
        assertFalse(policy.ruleFor(ConnectionMark.NO_ENTRY).refuses());
    }

    @Test
    void refusesUnknownMarksButNotZero() {
        MarkPolicy policy = new MarkPolicy(ALL, true, 0, List.of());
        assertTrue(policy.ruleFor(ConnectionMark.NO_ENTRY).refuses());
        assertTrue(policy.ruleFor(ConnectionMark.UNAVAILABLE).refuses());
        assertFalse(policy.ruleFor(ConnectionMark.known(0)).refuses());
    }

    @Test
    void takesTheFirstRuleThatMatches() {
        Rule narrow = rule("0x108/0xf0f", 1);
        Rule wide = rule("0x100/0xf00", 2);
        MarkPolicy policy = new MarkPolicy(ALL, false, 0, List.of(narrow, wide));
        assertEquals(narrow, policy.ruleFor(ConnectionMark.known(0x108)));
        assertEquals(wide, policy.ruleFor(ConnectionMark.known(0x109)));
        assertEquals(Rule.BY_DOMAIN, policy.ruleFor(ConnectionMark.known(0x200)).group());
    }

    @Test
    void matchesTheWholeMarkAndSetsBitsOfTheCarriedOne() {
        Rule rule = new Rule(1, MarkMask.parse("0xab0000/0xff0000"), MarkMask.parse("0x1/0xff"), 0, false);
        MarkPolicy policy = new MarkPolicy(0xffff, false, 0, List.of(rule));
        assertEquals(0x1201, outgoing(policy, ConnectionMark.known(0xab_1234)));
    }

    @Test
    void appliesNoRuleToAMarkThatIsNotKnown() {
        MarkPolicy policy = new MarkPolicy(ALL, false, 5, List.of(rule("0/0", 3)));
        assertEquals(Rule.BY_DOMAIN, policy.ruleFor(ConnectionMark.NO_ENTRY).group());
        assertEquals(5, outgoing(policy, ConnectionMark.NO_ENTRY));
    }

    private static Rule rule(String match, int group) {
        return new Rule(1, MarkMask.parse(match), MarkMask.parse("0/0"), group, false);
    }

    private static int outgoing(MarkPolicy policy, long connectionMark) {
        return policy.outgoingMark(policy.ruleFor(connectionMark), connectionMark);
    }
}
