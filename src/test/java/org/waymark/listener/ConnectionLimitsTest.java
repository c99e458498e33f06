package org.waymark.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.waymark.linux.Endpoint;
import org.waymark.metrics.Count;

class ConnectionLimitsTest {
    private final Endpoint alice = client("192.0.2.1");
    private final Endpoint bob = client("192.0.2.2");
    private final ConnectionLimits limits = new ConnectionLimits(3, 2);

    @Test
    void keepsOneClientFromTakingAllConnections() {
        assertNull(limits.admit(alice));
        assertNull(limits.admit(alice));
        assertEquals(Count.TCP_CONNECTIONS_PER_CLIENT_LIMIT, limits.admit(alice));
        assertNull(limits.admit(bob));
    }

    /** Java takes the two addresses for equal. */
    @Test
    void tellsApartWhoHasTheSameLinkLocalAddressOnTwoLinks() {
        limits.admit(client("fe80::1%2"));
        limits.admit(client("fe80::1%2"));
        assertNull(limits.admit(client("fe80::1%3")));
    }

    @Test
    void countsConnectionsOfAllClients() {
        limits.admit(alice);
        limits.admit(alice);
        limits.admit(bob);
        assertEquals(Count.TCP_CONNECTIONS_LIMIT, limits.admit(bob));
    }

    @Test
    void admitsAgainWhatHasEnded() {
        limits.admit(alice);
        limits.admit(alice);
        limits.ended(alice);
        assertNull(limits.admit(alice));
    }

    private static Endpoint client(String address) {
        return Endpoint.of(new InetSocketAddress(address, 0));
    }
}
