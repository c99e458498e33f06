package org.waymark.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkTest {
    @ParameterizedTest
    @CsvSource({
        "192.0.2.0/24, 192.0.2.0/24",
        "192.0.2.1, 192.0.2.1/32",
        "0.0.0.0/0, 0.0.0.0/0",
        "255.255.255.254/31, 255.255.255.254/31",
        "2001:db8::/32, 2001:db8:0:0:0:0:0:0/32",
        "2001:db8::1, 2001:db8:0:0:0:0:0:1/128",
        "::/0, 0:0:0:0:0:0:0:0/0",
    })
    void readsNetworksAndSingleAddresses(String text, String network) {
        assertEquals(network, Network.parse(text).toString());
    }

    @ParameterizedTest(name = "{0} covers {1}: {2}")
    @CsvSource({
        "10.0.0.0/8, 10.0.0.0/8, true",
        "10.0.0.0/8, 10.255.0.0/16, true",
        "10.0.0.0/16, 10.0.0.0/8, false",
        "10.0.0.0/8, 11.0.0.0/16, false",
        "::/0, 10.0.0.0/8, false",
        "2001:db8::/32, 2001:db8:ffff::/48, true",
    })
    void coversWhatIsWhollyInIt(String network, String other, boolean covered) {
        assertEquals(covered, Network.parse(network).covers(Network.parse(other)));
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.1/8, 10.0.0.0/8",
        "192.0.2.255/25, 192.0.2.128/25",
        "1.2.3.4/0, 0.0.0.0/0",
        "2001:db8::1/64, 2001:db8:0:0:0:0:0:0/64",
    })
    void namesTheRightNetworkWhenBitsAreSetAfterThePrefix(String text, String right) {
        assertEquals(
                "\"" + text + "\" is not a network: it has bits set after its prefix: the network is " + right,
                assertThrows(IllegalArgumentException.class, () -> Network.parse(text))
                        .getMessage());
    }

    @ParameterizedTest
    @CsvSource({"192.0.2.0/33, 32", "192.0.2.0/, 32", "192.0.2.0/-1, 32", "192.0.2.0/24/8, 32", "2001:db8::/129, 128"})
    void saysWhichPrefixesThereAre(String text, int longest) {
        assertEquals(
                "\"" + text + "\" is not a network: its prefix length must be from 0 to " + longest,
                assertThrows(IllegalArgumentException.class, () -> Network.parse(text))
                        .getMessage());
    }

    @ParameterizedTest
    @CsvSource({"lan.example/24", "10/8", "Private", "fe80::1%1", "::ffff:10.0.0.0/104"})
    void refusesWhatIsNoNetwork(String text) {
        assertThrows(IllegalArgumentException.class, () -> Network.parse(text));
    }

    @Test
    void isCheckedHoweverItIsMade() throws UnknownHostException {
        InetAddress address = InetAddress.getByName("192.0.2.1");

        assertThrows(IllegalArgumentException.class, () -> new Network(address, 24));
        assertThrows(IllegalArgumentException.class, () -> new Network(address, 33));
    }
}
