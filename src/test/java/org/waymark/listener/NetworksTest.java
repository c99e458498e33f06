package org.waymark.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.waymark.linux.Endpoint;

class NetworksTest {
    @ParameterizedTest(name = "{0}/{1} contains {2}: {3}")
    @CsvSource({
        "10.0.0.0, 8, 10.255.255.255, true",
        "10.0.0.0, 8, 11.0.0.0, false",
        "192.168.111.137, 32, 192.168.111.137, true",
        "192.168.111.137, 32, 192.168.111.136, false",
        "0.0.0.0, 0, 203.0.113.9, true",
        "0.0.0.0, 0, 2001:db8::1, false",
        "::, 0, 2001:db8::1, true",
        "::, 0, 203.0.113.9, false",
        "::, 80, 203.0.113.9, false",
        "fd00::, 8, fdff::1, true",
        "fd00::, 8, fe00::1, false",
        "2001:db8::, 65, 2001:db8::7fff:ffff:ffff:ffff, true",
        "2001:db8::, 65, 2001:db8::8000:0:0:0, false",
        "2001:db8::5, 128, 2001:db8::5, true",
        "2001:db8::5, 128, 2001:db8::4, false",
    })
    void containsWhatThePrefixSays(String network, int prefixLength, String address, boolean contained)
            throws UnknownHostException {
        Networks networks = new Networks();
        networks.add(InetAddress.getByName(network), prefixLength);
        assertEquals(contained, networks.contains(Endpoint.of(new InetSocketAddress(address, 1))));
    }
}
