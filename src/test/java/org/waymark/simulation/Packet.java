package org.waymark.simulation;

import org.waymark.conntrack.TransportProtocol;

/**
 * A message on its way to a server.
 *
 * @param message its bytes
 * @param mark of the packet that brings it
 * @param protocol its transport
 */
record Packet(byte[] message, int mark, TransportProtocol protocol) {}
