package org.waymark.host;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.SocketException;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.waymark.config.Network;

class InterfacesTest {
    @Test
    void areOnNetworksOfWhichNoneIsEverybody() throws SocketException {
        Set<Network> networks = Interfaces.networks();

        assertTrue(networks.contains(Network.parse("127.0.0.0/8")), networks::toString);
        assertFalse(networks.stream().anyMatch(network -> network.prefixLength() == 0), networks::toString);
    }
}
