package org.waymark.server;

import org.waymark.conntrack.TransportProtocol;
import org.waymark.linux.Endpoint;
import org.waymark.listener.LoopDetector;
import org.waymark.ports.PortLedgers;

/**
 * Notices when a server leads back to Waymark: a query then comes from an address and port that a socket of this process sends
 * from, whatever the firewall made of its destination on the way. One that another forwarder sends back has that one's address
 * and can't be told from any other.
 */
final class ForwardingLoops implements LoopDetector {
    private final PortLedgers ports;
    private volatile Endpoint lastServer;

    ForwardingLoops(PortLedgers ports) {
        this.ports = ports;
    }

    @Override
    public boolean cameBack(TransportProtocol protocol, Endpoint peer) {
        Endpoint server = ports.serverOf(protocol, peer);
        if (server == null) {
            return false;
        }
        lastServer = server;
        return true;
    }

    /** Says to people what is to be mended, once a query has come back. */
    String cure() {
        return "the server " + lastServer
                + " is Waymark itself or leads back to it: name another in servers, or correct the" + " firewall";
    }
}
