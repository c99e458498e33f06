package org.waymark.routes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FoundRouteTest {
    private static FoundRoute route(String network, int metric) throws UnknownHostException {
        String[] parts = network.split("/");
        byte[] destination = InetAddress.getByName(parts[0]).getAddress();
        return new FoundRoute(destination, Integer.parseInt(parts[1]), metric, Set.of(2));
    }

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0/0, 10.99.0.53, true",
        "10.96.0.0/11, 10.99.0.53, true",
        "10.99.0.53/32, 10.99.0.53, true",
        "10.99.0.52/32, 10.99.0.53, false",
        "172.16.0.0/12, 10.99.0.53, false",
        "2001:db8::/33, 2001:db8:7fff::1, true",
        "2001:db8::/33, 2001:db8:8000::1, false",
    })
    void leadsToTheAddressesOfItsNetwork(String network, String address, boolean leads) throws UnknownHostException {
        assertEquals(leads, route(network, 0).leadsTo(InetAddress.getByName(address)));
    }

    @Test
    void aDefaultRouteHasNoDestination() throws UnknownHostException {
        assertTrue(new FoundRoute(new byte[0], 0, 0, Set.of(2)).leadsTo(InetAddress.getByName("10.99.0.53")));
    }

    @Test
    void theLongestPrefixCountsAndThenTheLowestMetric() throws UnknownHostException {
        FoundRoute exact = route("10.99.0.0/16", 100);
        FoundRoute wide = route("10.0.0.0/8", 10);
        assertTrue(exact.isBefore(wide));
        assertFalse(wide.isBefore(exact));
        assertTrue(wide.isBefore(route("10.0.0.0/8", -1)));
        assertTrue(wide.isLike(route("10.0.0.0/8", 10)));
        assertFalse(wide.isLike(exact));
    }
}
