package org.waymark.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

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
    void mustSayWhichMarksItIsAbout() {
        assertEquals(
                List.of("f.toml:2:1: policy.mark: is missing"
                        + " (required: a mark, or a string \"value/mask\" of two)"),
                faults("[[policy]]\n"));
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
