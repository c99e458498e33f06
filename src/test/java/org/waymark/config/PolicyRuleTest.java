package org.waymark.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.waymark.dns.DomainName;
import org.waymark.mark.MarkMask;
import org.waymark.names.NamePattern;

class PolicyRuleTest {
    @Test
    void warnsOfAPolicyThatNoMarkMatches() throws ConfigurationException {
        assertEquals(
                List.of("f.toml:3:8: policy.mark: 0x1ff/0xff matches no mark: the value has bits outside the mask"),
                warnings("[[policy]]\nmark = \"0x1ff/0xff\"\n"));
    }

    @Test
    void warnsOfAPolicyThatAnotherAboveItTakesItAll() throws ConfigurationException {
        assertEquals(
                List.of("f.toml:5:8: policy.mark: 0x108/0xf0f is never reached:"
                        + " the policy for 0x100/0xf00 above takes it all"),
                warnings("[[policy]]\nmark = \"0x100/0xf00\"\n[[policy]]\nmark = \"0x108/0xf0f\"\n"));
    }

    @Test
    void doesNotWarnOfPoliciesThatOverlap() throws ConfigurationException {
        assertEquals(List.of(), warnings("[[policy]]\nmark = \"0x108/0xf0f\"\n[[policy]]\nmark = \"0x100/0xf00\"\n"));
    }

    @Test
    void saysWhichGroupsThereAre() {
        assertEquals(
                List.of("f.toml:4:12: policy.upstream: there is no group \"vpm\""
                        + " (allowed: the name of an [[upstream]]: default)"),
                faults("[[policy]]\nmark = 1\nupstream = \"vpm\"\n"));
    }

    @Test
    void refusesAnAimForWhatIsRefused() {
        assertEquals(
                List.of(
                        "f.toml:5:12: policy.set-mark: has no meaning where action = \"refuse\"; leave out one of them"),
                faults("[[policy]]\nmark = 1\naction = \"refuse\"\nset-mark = 2\n"));
    }

    @Test
    void requiresTheRouteOfAMarkThatQueriesLeaveWith() throws ConfigurationException {
        String required = "require-route = true\n";
        assertEquals(
                List.of("f.toml:4:17: policy.require-route: needs a mark that has a route: write mark or set-mark"),
                faults("[[policy]]\nnames = [\"a.example\"]\n" + required));
        assertEquals(
                List.of("f.toml:5:17: policy.require-route: is for queries that leave with a mark, and these have none:"
                        + " write a set-mark other than 0, or a mark that mark.mask carries"),
                faults("[[policy]]\nmark = 1\nset-mark = 0\n" + required));
        assertEquals(
                List.of(new MarkMask(137, -1), new MarkMask(1, 0xff)),
                Text.read(oneLine() + "[[policy]]\nmark = 137\n" + required
                                + "[[policy]]\nmark = 138\nset-mark = \"1/0xff\"\n" + required
                                + "[[policy]]\nmark = 139\n")
                        .guardedMarks());
    }

    @Test
    void mustSayWhichMarksOrNamesItIsAbout() {
        assertEquals(
                List.of("f.toml:2:1: policy.mark: is missing"
                        + " (required: a mark, or a string \"value/mask\" of two; or names)"),
                faults("[[policy]]\n"));
    }

    @Test
    void namesNamesAndListsOfThem() throws ConfigurationException {
        PolicyRule rule = Text.read(oneLine()
                        + "[[policy]]\nnames = [\"Example.com\", \"*.update.example\", \"file:/etc/garden.list\"]\n")
                .policies()
                .get(0);
        assertEquals(Optional.empty(), rule.mark());
        assertEquals(
                List.of(
                        new NamePattern(DomainName.parse("example.com"), true, true),
                        new NamePattern(DomainName.parse("update.example"), false, true)),
                rule.names().patterns());
        assertEquals(List.of(Path.of("/etc/garden.list")), rule.names().files());
    }

    @Test
    void saysWhatIsWrongWithAName() {
        assertEquals(
                List.of("f.toml:3:10: policy.names: \"garden.list\" is not an absolute path (allowed: a name such as"
                        + " \"example.com\", which covers the names below, too; \"*.example.com\" for these alone; or a"
                        + " list of names, \"file:/etc/waymark/garden.list\")"),
                faults("[[policy]]\nnames = [\"file:garden.list\"]\n"));
    }

    @Test
    void needsAddressesToAnswerWithAndOnlyThen() {
        assertEquals(
                List.of("f.toml:2:1: policy.answer: is missing"
                        + " (required: the addresses to answer with, because action = \"answer\")"),
                faults("[[policy]]\nmark = 1\naction = \"answer\"\n"));
        assertEquals(
                List.of(
                        "f.toml:4:10: policy.answer: has no meaning where action = \"forward\"; write action = \"answer\""),
                faults("[[policy]]\nmark = 1\nanswer = [\"192.0.2.1\"]\n"));
    }

    @Test
    void followsAliasesOnlyWhereThereAreNames() {
        assertEquals(
                List.of("f.toml:4:9: policy.cname: has no meaning without names"),
                faults("[[policy]]\nmark = 1\ncname = \"strict\"\n"));
    }

    @Test
    void refusesUnknownMarksWhereNamesAreForMarks() throws ConfigurationException {
        String garden = "[[policy]]\nmark = 0\nnames = [\"portal.example\"]\n";
        assertEquals(
                Marking.Unknown.REFUSE, Text.read(oneLine() + garden).marking().unknown());
        assertEquals(
                List.of(
                        "f.toml:2:19: mark.unknown: lets clients whose mark is unknown past the policies that name names for marks"),
                warnings("mark = {unknown = \"forward\"}\n" + garden));
        assertEquals(
                Marking.Unknown.REFUSE,
                Text.read(oneLine() + "[[policy]]\nnames = [\"portal.example\"]\n"
                                + "[[policy]]\nmark = 0\naction = \"nxdomain\"\n")
                        .marking()
                        .unknown());
        assertEquals(
                Marking.Unknown.FORWARD,
                Text.read(oneLine() + "[[policy]]\nnames = [\"ads.example\"]\naction = \"refuse\"\n")
                        .marking()
                        .unknown());
    }

    private static List<String> warnings(String policies) throws ConfigurationException {
        return Text.read(oneLine() + policies).warnings().stream()
                .map(Fault::toString)
                .map(PolicyRuleTest::shorten)
                .toList();
    }

    private static List<String> faults(String policies) {
        ConfigurationException e = assertThrows(ConfigurationException.class, () -> Text.read(oneLine() + policies));
        return e.faults().stream()
                .map(Fault::toString)
                .map(PolicyRuleTest::shorten)
                .toList();
    }

    private static String oneLine() {
        return "upstream = [{servers = [\"9.9.9.9\"]}]\n";
    }

    private static String shorten(String fault) {
        return "f.toml" + fault.substring(fault.indexOf(':'));
    }
}
