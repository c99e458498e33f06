package org.waymark.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class EndpointTest {
    @Test
    void holdsIpv4AsIpv4Mapped() {
        Endpoint endpoint = endpoint("192.0.2.137", 53);
        assertTrue(endpoint.isIpv4());
        assertEquals(0, endpoint.high());
        assertEquals(0xffff_c000_0289L, endpoint.low());
        assertEquals(0xc000_0289, endpoint.ipv4());
        assertEquals("192.0.2.137:53", endpoint.toString());
    }

    @Test
    void holdsIpv6InTwoHalves() {
        Endpoint endpoint = endpoint("2001:db8::53", 5353);
        assertFalse(endpoint.isIpv4());
        assertEquals(0x2001_0db8_0000_0000L, endpoint.high());
        assertEquals(0x53, endpoint.low());
        assertEquals("[2001:db8::53]:5353", endpoint.toString());
    }

    @Test
    void knowsLinkLocalAddresses() {
        assertTrue(endpoint("fe80::1", 1).isLinkLocal());
        assertTrue(endpoint("febf::1", 1).isLinkLocal());
        assertFalse(endpoint("fec0::1", 1).isLinkLocal());
        assertFalse(endpoint("169.254.0.1", 1).isLinkLocal());
    }

    @Test
    void becomesTheSocketAddressThatItWasMadeOf() {
        for (String address : new String[] {"192.0.2.1", "2001:db8::1", "::"}) {
            InetSocketAddress socketAddress = new InetSocketAddress(address, 53);
            assertEquals(socketAddress, Endpoint.of(socketAddress).toSocketAddress());
        }
    }

    @Test
    void findsTheWildcardOfItsVersion() {
        assertEquals(
                "0.0.0.0:0",
                Endpoint.anyOfSameVersion(endpoint("192.0.2.1", 53)).toString());
        assertEquals(
                "[::]:0", Endpoint.anyOfSameVersion(endpoint("2001:db8::1", 53)).toString());
    }

    @Test
    void knowsWildcards() {
        assertTrue(endpoint("0.0.0.0", 53).isWildcard());
        assertTrue(endpoint("::", 53).isWildcard());
        assertFalse(endpoint("192.0.2.1", 53).isWildcard());
        assertFalse(endpoint("::1", 53).isWildcard());
        assertFalse(endpoint("::1:0:0", 53).isWildcard());
    }

    @Test
    void namesTheInterfaceOfALinkLocalAddressAlone() {
        assertEquals("[fe80::1%7]:53", endpoint("fe80::1%7", 53).toString());
        assertEquals("[2001:db8::1]:53", endpoint("2001:db8::1%7", 53).toString());
    }

    @Test
    void takesNetworkAndLinkForOneSubscriber() {
        assertEquals(subscriber("2001:db8::1"), subscriber("2001:db8::2"));
        assertNotEquals(subscriber("2001:db8::1"), subscriber("2001:db8:0:1::1"));
        assertNotEquals(subscriber("2001:db8:0:1::1"), subscriber("2001:db9::1"));
        assertEquals(subscriber("fe80::1%2"), subscriber("fe80::2%2"));
        assertNotEquals(subscriber("fe80::1%2"), subscriber("fe80::1%3"));
        assertNotEquals(subscriber("192.0.2.1"), subscriber("192.0.2.2"));
    }

    private static long subscriber(String address) {
        return endpoint(address, 1).subscriber();
    }

    private static Endpoint endpoint(String address, int port) {
        return Endpoint.of(new InetSocketAddress(address, port));
    }
}
