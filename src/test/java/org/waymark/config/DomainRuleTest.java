package org.waymark.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.waymark.dns.DomainName;

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
                                + " (required: the name of an [[upstream]]: default)"),
                Text.faults(Text.LEAST + """
                        [[domain]]
                        name = "a.example"
                        upstream = "corp"
                        [[domain]]
                        name = "b.example"
                        """));
    }
}
