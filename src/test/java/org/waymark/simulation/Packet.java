package org.waymark.simulation;

import org.waymark.conntrack.TransportProtocol;

/**
 * A message on its way to a server.
 *
 * @param message its bytes
 * @param mark the mark of the packet
 * @param protocol its transport
 */
record Packet(byte[] message, int mark, TransportProtocol protocol) {}
