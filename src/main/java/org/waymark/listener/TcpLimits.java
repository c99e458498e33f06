package org.waymark.listener;

import java.time.Duration;

/**
 * The limits on what clients may ask for over TCP, besides {@link ConnectionLimits}.
 *
 * @param idle how long a connection may go without a whole message
 * @param queriesPerConnection queries of one connection that are worked on at a time; further ones wait
 * @param unsentBytesPerConnection answers of one connection that wait to be read by its client, in bytes; it is closed then
 * @param unsent those of all connections of the process
 */
public record TcpLimits(
        Duration idle, int queriesPerConnection, long unsentBytesPerConnection, UnsentAnswers.Total unsent) {}
