package org.waymark.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.waymark.local.Asking.add;
import static org.waymark.local.Asking.ask;
import static org.waymark.local.Asking.domains;
import static org.waymark.local.Asking.nodata;
import static org.waymark.local.Asking.nxdomain;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpecialNamesTest {
    private static final String LOOPBACK_6 = "1" + ".0".repeat(31) + ".ip6.arpa";

    private final LocalRecords records = new LocalRecords();
    private final LocalNames names = LocalNames.withSpecialNames(records, domains());

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "a.LOCALHOST", "a.b.localhost"})
    void localhostIsThisHost(String name) {
        String owner = name.toLowerCase(Locale.ROOT);
        assertEquals("NOERROR " + owner + " A 127.0.0.1", ask(names, name, "A"));
        assertEquals("NOERROR " + owner + " AAAA 0:0:0:0:0:0:0:1", ask(names, name, "AAAA"));
        assertEquals(nodata("localhost"), ask(names, name, "MX"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"invalid", "onion", "alt", "local"})
    void topLevelNamesThatThePublicDnsDoesNotHaveDoNotExist(String zone) {
        assertEquals(nxdomain(zone), ask(names, zone, "A"));
        assertEquals(nxdomain(zone), ask(names, "a.b." + zone, "AAAA"));
        assertEquals(nxdomain(zone), ask(names, zone, "DS"));
        assertNull(ask(names, "a." + zone + ".example", "A"));
        assertNull(ask(names, "not" + zone, "A"));
    }

    @Test
    void homeIsAnEmptyZone() {
        assertEquals(nxdomain("home.arpa"), ask(names, "printer.home.arpa", "A"));
        assertEquals(nodata("home.arpa"), ask(names, "home.arpa", "A"));
        assertNull(ask(names, "home.arpa", "DS"));
        assertNull(ask(names, "arpa", "NS"));
    }

    @Test
    void resolverHasEveryNameAndNoRecords() {
        assertEquals(nodata("resolver.arpa"), ask(names, "_dns.resolver.arpa", "SVCB"));
        assertEquals(nodata("resolver.arpa"), ask(names, "resolver.arpa", "A"));
        assertNull(ask(names, "resolver.arpa", "DS"));
    }

    @ParameterizedTest
    @CsvSource({
        "1.2.3.10.in-addr.arpa, 10.in-addr.arpa",
        "1.0.16.172.in-addr.arpa, 16.172.in-addr.arpa",
        "1.0.31.172.in-addr.arpa, 31.172.in-addr.arpa",
        "1.111.168.192.in-addr.arpa, 168.192.in-addr.arpa",
        "1.0.64.100.in-addr.arpa, 64.100.in-addr.arpa",
        "1.0.127.100.in-addr.arpa, 127.100.in-addr.arpa",
        "1.0.254.169.in-addr.arpa, 254.169.in-addr.arpa",
        "2.0.0.127.in-addr.arpa, 127.in-addr.arpa",
        "1.1.d.f.ip6.arpa, d.f.ip6.arpa",
        "1.b.e.f.ip6.arpa, b.e.f.ip6.arpa",
    })
    void reverseZonesOfPrivateNetworksAreEmpty(String name, String zone) {
        assertEquals(nxdomain(zone), ask(names, name, "PTR"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.0.15.172.in-addr.arpa",
                "1.0.32.172.in-addr.arpa",
                "1.0.63.100.in-addr.arpa",
                "1.0.128.100.in-addr.arpa",
                "8.8.8.8.in-addr.arpa",
                "1.c.f.ip6.arpa",
                "in-addr.arpa"
            })
    void otherReverseZonesAreNot(String name) {
        assertNull(ask(names, name, "PTR"));
    }

    @Test
    void emptyZonesHaveAnApex() {
        assertEquals(
                "NOERROR 10.in-addr.arpa SOA 10.in-addr.arpa. nobody.invalid. 1 3600 1200 604800 10800",
                ask(names, "10.in-addr.arpa", "SOA"));
        assertEquals("NOERROR 10.in-addr.arpa NS 10.in-addr.arpa.", ask(names, "10.in-addr.arpa", "NS"));
        assertEquals(nodata("10.in-addr.arpa"), ask(names, "10.in-addr.arpa", "PTR"));
        assertNull(ask(names, "10.in-addr.arpa", "DS"));
    }

    @Test
    void loopbackAddressesHaveTheirName() {
        assertEquals("NOERROR 1.0.0.127.in-addr.arpa PTR localhost.", ask(names, "1.0.0.127.in-addr.arpa", "PTR"));
        assertEquals("NOERROR " + LOOPBACK_6 + " PTR localhost.", ask(names, LOOPBACK_6, "PTR"));
    }

    @Test
    void aRoutedDomainHasNoSpecialUse() {
        LocalNames routed = LocalNames.withSpecialNames(
                records, domains("local", "lan.home.arpa", "168.192.in-addr.arpa", "1.10.in-addr.arpa", "localhost"));

        assertNull(ask(routed, "printer.local", "A"));
        assertNull(ask(routed, "localhost", "A"));
        assertNull(ask(routed, "printer.lan.home.arpa", "A"));
        assertEquals(nxdomain("home.arpa"), ask(routed, "printer.home.arpa", "A"));
        assertNull(ask(routed, "1.111.168.192.in-addr.arpa", "PTR"));
        assertNull(ask(routed, "5.1.10.in-addr.arpa", "PTR"));
        assertEquals(nxdomain("10.in-addr.arpa"), ask(routed, "5.2.10.in-addr.arpa", "PTR"));
    }

    @Test
    void aDomainAboveRoutesWhatIsSpecialBelowIt() {
        LocalNames routed = LocalNames.withSpecialNames(records, domains("in-addr.arpa"));

        assertNull(ask(routed, "1.2.3.10.in-addr.arpa", "PTR"));
        assertEquals(nxdomain("d.f.ip6.arpa"), ask(routed, "1.d.f.ip6.arpa", "PTR"));
    }

    @Test
    void recordsComeFirst() {
        add(records, "nas.home.arpa", "A", "192.168.1.5");
        records.add(Hosts.parse("192.168.1.6 tv.local\n"));
        LocalNames own = LocalNames.withSpecialNames(records, domains("local"));

        assertEquals("NOERROR nas.home.arpa A 192.168.1.5", ask(own, "nas.home.arpa", "A"));
        assertEquals("NOERROR tv.local A 192.168.1.6", ask(own, "tv.local", "A"));
        assertEquals("NOERROR 6.1.168.192.in-addr.arpa PTR tv.local.", ask(own, "6.1.168.192.in-addr.arpa", "PTR"));
        assertEquals(nxdomain("168.192.in-addr.arpa"), ask(own, "7.1.168.192.in-addr.arpa", "PTR"));
    }

    @Test
    void canBeLeftOut() {
        assertNull(ask(LocalNames.of(records), "localhost", "A"));
        assertNull(ask(LocalNames.NONE, "www.onion", "A"));
    }
}
