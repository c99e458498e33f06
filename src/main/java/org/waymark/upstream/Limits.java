package org.waymark.upstream;

import java.time.Duration;

/**
 * The limits of one worker.
 *
 * @param sockets UDP sockets and TCP connections to all servers
 * @param socketsPerMark UDP sockets, and likewise TCP connections, to one server with one mark
 * @param socketLife how long a UDP socket takes new questions
 * @param connectionIdle how long a TCP connection without questions is kept
 */
public record Limits(int sockets, int socketsPerMark, Duration socketLife, Duration connectionIdle) {}
