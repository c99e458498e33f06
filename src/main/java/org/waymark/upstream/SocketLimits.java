package org.waymark.upstream;

import java.time.Duration;
import org.waymark.limit.SharedLimit;

/**
 * The limits of one worker.
 *
 * @param sockets UDP sockets and TCP connections to all servers, of all workers together
 * @param finishedSockets UDP sockets, and likewise TCP connections, that are used no more and wait for late answers
 * @param socketsPerMark UDP sockets, and likewise TCP connections, to one server with one mark
 * @param socketLife how long a UDP socket takes new questions
 * @param connectionIdle how long a TCP connection without questions is kept
 */
public record SocketLimits(
        SharedLimit sockets, int finishedSockets, int socketsPerMark, Duration socketLife, Duration connectionIdle) {}
