package org.waymark.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReverseNamesTest {
    @Test
    void nameAddresses() throws UnknownHostException {
        assertEquals(
                "1.2.0.192.in-addr.arpa", ReverseNames.of(address("192.0.2.1")).toString());
        assertEquals(
                "3.5.0.0" + ".0".repeat(20) + ".8.b.d.0.1.0.0.2.ip6.arpa",
                ReverseNames.of(address("2001:db8::53")).toString());
    }

    @ParameterizedTest(name = "{0}/{1}")
    @CsvSource({
        "10.0.0.0, 8, 1, 10.in-addr.arpa, 10.in-addr.arpa",
        "172.16.0.0, 12, 16, 16.172.in-addr.arpa, 31.172.in-addr.arpa",
        "128.0.0.0, 1, 128, 128.in-addr.arpa, 255.in-addr.arpa",
        "192.0.2.128, 25, 128, 128.2.0.192.in-addr.arpa, 255.2.0.192.in-addr.arpa",
        "192.0.2.1, 32, 1, 1.2.0.192.in-addr.arpa, 1.2.0.192.in-addr.arpa",
        "0.0.0.0, 0, 1, in-addr.arpa, in-addr.arpa",
        "fd00::, 8, 1, d.f.ip6.arpa, d.f.ip6.arpa",
        "fc00::, 7, 2, c.f.ip6.arpa, d.f.ip6.arpa",
        "fe80::, 10, 4, 8.e.f.ip6.arpa, b.e.f.ip6.arpa",
        "2001:db8::, 32, 1, 8.b.d.0.1.0.0.2.ip6.arpa, 8.b.d.0.1.0.0.2.ip6.arpa",
        "::, 0, 1, ip6.arpa, ip6.arpa",
    })
    void nameTheZonesOfNetworks(String network, int prefixLength, int count, String first, String last)
            throws UnknownHostException {
        var zones = ReverseNames.zonesOf(address(network), prefixLength);

        assertEquals(count, zones.size());
        assertEquals(first, zones.get(0).toString());
        assertEquals(last, zones.get(count - 1).toString());
    }

    private static InetAddress address(String literal) throws UnknownHostException {
        return InetAddress.getByName(literal);
    }
}
