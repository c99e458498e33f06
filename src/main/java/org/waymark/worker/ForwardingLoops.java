package org.waymark.worker;

import org.waymark.conntrack.TransportProtocol;
import org.waymark.forward.ClientTransport;
import org.waymark.linux.Endpoint;
import org.waymark.listener.LoopDetector;
import org.waymark.ports.PortLedgers;

/**
 * Notices when a server leads back to Waymark: the query then comes from the address and port of one of this process's own sockets, even if
 * the firewall has changed its destination on the way. A query that another forwarder sends back has that forwarder's address and can't be
 * recognised.
 */
final class ForwardingLoops implements LoopDetector {
    private final PortLedgers ports;
    private volatile Endpoint lastServer;

    ForwardingLoops(PortLedgers ports) {
        this.ports = ports;
    }

    @Override
    public boolean cameBack(ClientTransport transport, Endpoint peer) {
        Endpoint server = ports.serverOf(protocolOf(transport), peer);
        if (server == null) {
            return false;
        }
        lastServer = server;
        return true;
    }

    private static TransportProtocol protocolOf(ClientTransport transport) {
        return switch (transport) {
            case UDP -> TransportProtocol.UDP;
            case TCP -> TransportProtocol.TCP;
        };
    }

    /** Says for people what to correct, after a query has come back. */
    String cure() {
        return "the server " + lastServer
                + " is Waymark itself or leads back to it: name another in servers, or correct the firewall";
    }
}
