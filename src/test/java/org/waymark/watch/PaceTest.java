package org.waymark.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.waymark.conntrack.TransportProtocol;
import org.waymark.linux.Endpoint;

class PaceTest {
    private static final Endpoint IPV4 = Endpoint.of(new InetSocketAddress("192.0.2.53", 53));
    private static final Endpoint IPV6 = Endpoint.of(new InetSocketAddress("2001:db8::53", 53));

    private final Pace pace = new Pace(Duration.ofSeconds(1));

    @Test
    void theFirstLookIsDueAtOnce() {
        assertTrue(pace.isDue(TransportProtocol.UDP, IPV4, true));
    }

    @Test
    void looksAreASecondApart() {
        assertEquals(4, ticksUntilDue(TransportProtocol.TCP, IPV4, true));
    }

    @Test
    void theSameTransportAndIpVersionWaitForTheOthers() {
        assertEquals(6, ticksUntilDue(TransportProtocol.UDP, IPV4, true));
        assertEquals(4, ticksUntilDue(TransportProtocol.UDP, IPV6, true));
    }

    @Test
    void aConnectionThatTellsNothingWaitsForOneThatDoes() {
        assertEquals(6, ticksUntilDue(TransportProtocol.TCP, IPV4, false));
        assertEquals(8, ticksUntilDue(TransportProtocol.UDP, IPV4, false));
    }

    /** How long it takes after a look at a connection over UDP and IPv4. */
    private int ticksUntilDue(TransportProtocol protocol, Endpoint peer, boolean isTelling) {
        pace.looked(TransportProtocol.UDP, IPV4);
        int ticks = 0;
        while (!pace.isDue(protocol, peer, isTelling)) {
            pace.tick();
            ticks++;
        }
        assertFalse(ticks == 0);
        return ticks;
    }
}
