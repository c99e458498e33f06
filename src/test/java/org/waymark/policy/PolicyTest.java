package org.waymark.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.waymark.dns.DomainName;
import org.waymark.dns.ExtendedError;
import org.waymark.dns.ResourceRecord;
import org.waymark.dns.WireMessage;
import org.waymark.mark.ConnectionMark;
import org.waymark.mark.MarkMask;
import org.waymark.names.Action;
import org.waymark.names.NameList;
import org.waymark.names.NamePattern;
import org.waymark.sets.FilledSets;
import org.waymark.sets.SetName;

class PolicyTest {
    private static final int ALL = 0xffff_ffff;
    private static final MarkMask AS_IT_IS = MarkMask.parse("0/0");

    @Test
    void carriesTheBitsOfTheMask() {
        Policy policy = policy(0xff00, false, 7);
        assertEquals(0x1200, outgoing(policy, ConnectionMark.known(0xabcd_1234)));
        assertEquals(0, outgoing(policy, ConnectionMark.known(0)));
    }

    @Test
    void givesUnknownMarksTheirOwnMarkWhateverTheMask() {
        Policy policy = policy(0xff00, false, 7);
        assertEquals(7, outgoing(policy, ConnectionMark.NO_ENTRY));
        assertEquals(7, outgoing(policy, ConnectionMark.UNAVAILABLE));
        assertTrue(decide(policy, ConnectionMark.NO_ENTRY).forwards());
    }

    @Test
    void refusesUnknownMarksButNotZero() {
        Policy policy = policy(ALL, true, 0, rule(null, names("example.com"), Action.FORWARD));
        assertEquals(Action.REFUSE, decide(policy, ConnectionMark.NO_ENTRY).action());
        assertEquals(Action.REFUSE, decide(policy, ConnectionMark.UNAVAILABLE).action());
        assertTrue(decide(policy, ConnectionMark.known(0)).forwards());
    }

    @Test
    void takesTheFirstRuleThatMatches() {
        Rule narrow = rule("0x108/0xf0f", null, Action.REFUSE);
        Rule wide = rule("0x100/0xf00", null, Action.NODATA);
        Policy policy = policy(ALL, false, 0, narrow, wide);
        assertEquals(narrow, decide(policy, ConnectionMark.known(0x108)).rule());
        assertEquals(wide, decide(policy, ConnectionMark.known(0x109)).rule());
        assertEquals(0, decide(policy, ConnectionMark.known(0x200)).rule().number());
    }

    @Test
    void matchesTheWholeMarkAndSetsBitsOfTheCarriedOne() {
        Rule rule = new Rule(
                1,
                MarkMask.parse("0xab0000/0xff0000"),
                null,
                MarkMask.parse("0x1/0xff"),
                0,
                Action.FORWARD,
                List.of(),
                false,
                List.of(),
                false,
                0);
        assertEquals(0x1201, outgoing(policy(0xffff, false, 0, rule), ConnectionMark.known(0xab_1234)));
    }

    @Test
    void appliesNoRuleForMarksToAMarkThatIsNotKnown() {
        Policy policy = policy(ALL, false, 5, rule("0/0", null, Action.REFUSE));
        assertTrue(decide(policy, ConnectionMark.NO_ENTRY).forwards());
        assertEquals(5, outgoing(policy, ConnectionMark.NO_ENTRY));
    }

    @Test
    void appliesARuleForAllMarksToThoseThatAreNotKnown() {
        Policy policy = policy(0xff, false, 0x500, rule(null, names("ads.example"), Action.NXDOMAIN));
        assertEquals(
                Action.NXDOMAIN,
                decide(policy, ConnectionMark.NO_ENTRY, "x.ads.example").action());
        assertEquals(
                0x500, decide(policy, ConnectionMark.NO_ENTRY, "x.ads.example").mark());
        assertTrue(decide(policy, ConnectionMark.NO_ENTRY, "example").forwards());
    }

    @Test
    void aGardenIsTwoRules() {
        Policy policy = policy(
                ALL,
                false,
                0,
                rule("0/0xff", names("portal.example"), Action.FORWARD),
                rule("0/0xff", null, Action.REFUSE));
        assertTrue(decide(policy, ConnectionMark.known(0), "www.PORTAL.example").forwards());
        assertEquals(
                Action.REFUSE,
                decide(policy, ConnectionMark.known(0), "example.com").action());
        assertEquals(
                Action.REFUSE,
                decide(policy, ConnectionMark.known(0x100), "example.com").action());
        assertTrue(decide(policy, ConnectionMark.known(1), "example.com").forwards());
    }

    @Test
    void aQueryWithoutAQuestionMatchesNoNames() {
        Policy policy = policy(ALL, false, 0, rule(null, names("."), Action.REFUSE));
        assertEquals(Action.REFUSE, decide(policy, ConnectionMark.known(0), ".").action());
        assertTrue(decide(policy, ConnectionMark.known(0)).forwards());
    }

    @Test
    void givesTheRecordsOfTheRule() throws Exception {
        ResourceRecord record = ResourceRecord.address(InetAddress.getByName("192.0.2.1"), 5);
        Rule rule = new Rule(
                1,
                null,
                names("example"),
                AS_IT_IS,
                Rule.BY_DOMAIN,
                Action.ANSWER,
                List.of(record),
                false,
                List.of(),
                false,
                0);
        assertEquals(
                List.of(record),
                decide(policy(ALL, false, 0, rule), ConnectionMark.known(0), "example")
                        .records());
    }

    @Test
    void saysWhetherItIsForTheClientOrTheName() {
        assertEquals(ExtendedError.MARK_REFUSED, rule("1", null, Action.REFUSE).reason());
        assertEquals(
                ExtendedError.BLOCKED,
                rule(null, names("example"), Action.REFUSE).reason());
        assertEquals(
                ExtendedError.FILTERED,
                rule("1", names("example"), Action.REFUSE).reason());
        assertFalse(rule("1", names("example"), Action.REFUSE).matching().isEmpty());
    }

    @Test
    void aPolicySetsTheMarkOrElseTheDomainDoesAndBothFillSets() {
        FilledSets ofRule = new FilledSets(List.of(SetName.parse("inet#t#rule")), false);
        FilledSets ofDomain = new FilledSets(List.of(SetName.parse("inet#t#domain")), true);
        Routes routes = new Routes(
                2,
                Map.of(
                        DomainName.parse("video.example"),
                        new Routes.Domain(1, MarkMask.exactly(0x77), List.of(ofDomain))));
        Rule plain = rule("1", null, Action.FORWARD);
        Rule own = new Rule(
                2, null, null, MarkMask.exactly(5), 0, Action.FORWARD, List.of(), false, List.of(ofRule), false, 0);
        Policy policy = new Policy(ALL, false, 0, List.of(plain, own), routes);

        Decision byDomain = decide(policy, ConnectionMark.known(1), "www.video.example");
        assertEquals(0x77, byDomain.mark());
        assertEquals(1, byDomain.clientMark());
        assertEquals(1, byDomain.group());
        assertEquals(List.of(ofDomain), byDomain.fills());
        Decision byRule = decide(policy, ConnectionMark.known(2), "www.video.example");
        assertEquals(5, byRule.mark());
        assertEquals(2, byRule.clientMark());
        assertEquals(0, byRule.group());
        assertEquals(List.of(ofRule, ofDomain), byRule.fills());
        assertEquals(
                List.of(ofRule),
                decide(policy, ConnectionMark.known(2), "example").fills());
    }

    /** Its route is that of the client's mark, which must then be the mark that leaves. */
    @Test
    void noDomainChangesTheMarkWhoseRouteIsRequired() {
        Routes routes = new Routes(
                1, Map.of(DomainName.parse("video.example"), new Routes.Domain(0, MarkMask.exactly(0x77), List.of())));
        Rule rule = new Rule(
                1,
                MarkMask.exactly(1),
                null,
                AS_IT_IS,
                Rule.BY_DOMAIN,
                Action.FORWARD,
                List.of(),
                false,
                List.of(),
                true,
                0);
        Policy policy = new Policy(ALL, false, 0, List.of(rule), routes);

        assertEquals(1, decide(policy, ConnectionMark.known(1), "video.example").mark());
    }

    private static Policy policy(int mask, boolean refusesUnknown, int unknownMark, Rule... rules) {
        return new Policy(mask, refusesUnknown, unknownMark, List.of(rules), new Routes(1, Map.of()));
    }

    private static Rule rule(String match, NameList names, Action action) {
        MarkMask mask = match == null ? null : MarkMask.parse(match);
        return new Rule(1, mask, names, AS_IT_IS, Rule.BY_DOMAIN, action, List.of(), false, List.of(), false, 0);
    }

    private static NameList names(String... names) {
        return NameList.of(Arrays.stream(names).map(NamePattern::parse).toList());
    }

    private static Decision decide(Policy policy, long connectionMark) {
        return policy.decide(connectionMark, new WireMessage());
    }

    private static Decision decide(Policy policy, long connectionMark, String name) {
        return policy.decide(connectionMark, WireMessage.queryFor(DomainName.parse(name)));
    }

    private static int outgoing(Policy policy, long connectionMark) {
        return decide(policy, connectionMark).mark();
    }
}
