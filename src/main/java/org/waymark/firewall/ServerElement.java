package org.waymark.firewall;

import org.waymark.conntrack.TransportProtocol;
import org.waymark.linux.Endpoint;

/**
 * The destination of connections to a server.
 *
 * @param address its address and port
 * @param protocol UDP or TCP
 */
public record ServerElement(Endpoint address, TransportProtocol protocol) {}
