package org.waymark.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.waymark.metrics.Count;

class ConnectionLimitsTest {
    private final InetAddress alice = new InetSocketAddress("192.0.2.1", 1).getAddress();
    private final InetAddress bob = new InetSocketAddress("192.0.2.2", 1).getAddress();
    private final ConnectionLimits limits = new ConnectionLimits(3, 2);

    @Test
    void keepsOneClientFromTakingAllConnections() {
        assertNull(limits.admit(alice));
        assertNull(limits.admit(alice));
        assertEquals(Count.TCP_CONNECTIONS_PER_CLIENT_LIMIT, limits.admit(alice));
        assertNull(limits.admit(bob));
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
}
