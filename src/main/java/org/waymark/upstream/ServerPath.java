package org.waymark.upstream;

/**
 * How a server does for one mark, as one worker reaches it.
 *
 * @param server the server
 * @param mark the mark of the questions
 * @param overTcp whether they go over a connection
 * @param isDown whether it has not answered lately
 * @param roundTripNanos the smoothed round-trip time in nanoseconds; 0 if none was measured
 */
public record ServerPath(ServerState server, int mark, boolean overTcp, boolean isDown, long roundTripNanos) {}
