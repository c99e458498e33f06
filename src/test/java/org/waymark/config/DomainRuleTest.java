package org.waymark.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.waymark.dns.DomainName;
import org.waymark.mark.MarkMask;
import org.waymark.sets.FilledSets;
import org.waymark.sets.SetName;

class DomainRuleTest {
    private static final String ALLOWED = " (allowed: a domain such as \"corp.example\","
            + " or for the reverse zones of a network, \"10.0.0.0/8\" or \"fd00::/8\")";

    @ParameterizedTest
    @CsvSource({
        "corp.example, 1, corp.example",
        "10.0.0.0/8, 1, 10.in-addr.arpa",
        "172.16.0.0/12, 16, 16.172.in-addr.arpa",
        "fd00::/8, 1, d.f.ip6.arpa",
        "192.0.2.1, 1, 1.2.0.192.in-addr.arpa",
        "10.in-addr.arpa, 1, 10.in-addr.arpa",
    })
    void readsDomainsAndNetworks(String name, int count, String first) throws ConfigurationException {
        List<DomainName> names = Text.read(Text.LEAST + "[[domain]]\nname = '" + name + "'\nupstream = 'default'\n")
                .domains()
                .get(0)
                .names();

        assertEquals(count, names.size());
        assertEquals(first, names.get(0).toString());
    }

    @Test
    void saysWhatIsNoDomain() {
        assertEquals(
                List.of(
                        "waymark.toml:4:8: domain.name: \".\" is every name:"
                                + " what no other domain covers goes to the first group" + ALLOWED,
                        "waymark.toml:7:8: domain.name: \"*.corp.example\" needs no asterisk,"
                                + " because it covers the names below: write \"corp.example\"" + ALLOWED,
                        "waymark.toml:10:8: domain.name: \"10.0.0.1/8\" is not a network:"
                                + " it has bits set after its prefix: the network is 10.0.0.0/8" + ALLOWED,
                        "waymark.toml:12:1: domain.name: is missing" + ALLOWED.replace("allowed", "required")),
                Text.faults(Text.LEAST + """
                        [[domain]]
                        name = "."
                        upstream = "default"
                        [[domain]]
                        name = "*.corp.example"
                        upstream = "default"
                        [[domain]]
                        name = "10.0.0.1/8"
                        upstream = "default"
                        [[domain]]
                        upstream = "default"
                        """));
    }

    @Test
    void takesEachDomainOnce() {
        assertEquals(
                List.of(
                        "waymark.toml:7:8: domain.name: \"corp.example\" is a domain above (once is enough)",
                        "waymark.toml:13:8: domain.name: \"10.in-addr.arpa\" is a domain above (once is enough)"),
                Text.faults(Text.LEAST + """
                        [[domain]]
                        name = "corp.example"
                        upstream = "default"
                        [[domain]]
                        name = "CORP.example."
                        upstream = "default"
                        [[domain]]
                        name = "10.0.0.0/8"
                        upstream = "default"
                        [[domain]]
                        name = "10.in-addr.arpa"
                        upstream = "default"
                        """));
    }

    @Test
    void saysWhichGroupsThereAre() {
        assertEquals(
                List.of(
                        "waymark.toml:5:12: domain.upstream: there is no group \"corp\""
                                + " (allowed: the name of an [[upstream]]: default)",
                        "waymark.toml:6:1: domain.upstream: is missing"
                                + " (required: the name of an [[upstream]]: default; or set-mark, or add-to)"),
                Text.faults(Text.LEAST + """
                        [[domain]]
                        name = "a.example"
                        upstream = "corp"
                        [[domain]]
                        name = "b.example"
                        """));
    }

    @Test
    void setsMarkAndFillsSetsWithoutAGroup() throws ConfigurationException {
        Configuration configuration = Text.read(Text.LEAST + """
                [[domain]]
                name = "video.example"
                set-mark = "0x77/0xff"
                add-to = "inet#uplinks#vpn"
                [[domain]]
                name = "lan.example"
                add-to = ["ip#t#one", "ip6#t#two"]
                add-private = true
                """);

        assertEquals(
                List.of(
                        new DomainRule(
                                List.of(DomainName.parse("video.example")),
                                Optional.empty(),
                                MarkMask.parse("0x77/0xff"),
                                List.of(new FilledSets(List.of(SetName.parse("inet#uplinks#vpn")), false))),
                        new DomainRule(
                                List.of(DomainName.parse("lan.example")),
                                Optional.empty(),
                                new MarkMask(0, 0),
                                List.of(new FilledSets(
                                        List.of(SetName.parse("ip#t#one"), SetName.parse("ip6#t#two")), true)))),
                configuration.domains());
        assertEquals(
                Set.of(SetName.parse("inet#uplinks#vpn"), SetName.parse("ip#t#one"), SetName.parse("ip6#t#two")),
                configuration.sets());
    }

    @Test
    void saysWhatIsWrongWithASet() {
        List<String> faults = Text.faults(Text.LEAST + """
                [[domain]]
                name = "a.example"
                add-to = "garden"
                [[domain]]
                name = "b.example"
                set-mark = 1
                add-private = true
                """);

        assertEquals(2, faults.size(), faults::toString);
        assertTrue(faults.get(0).startsWith("waymark.toml:5:10: domain.add-to: \"garden\" is not the name of a set"));
        assertEquals("waymark.toml:9:15: domain.add-private: has no meaning without add-to", faults.get(1));
    }
}
