package org.waymark.firewall;

import org.waymark.conntrack.TransportProtocol;
import org.waymark.linux.Endpoint;

/**
 * Where connections to a server go.
 *
 * @param address its address and port
 * @param protocol UDP or TCP
 */
public record ServerElement(Endpoint address, TransportProtocol protocol) {}
