package org.waymark.config;

import java.time.Duration;

/**
 * The section {@code [limits]}: how much of everything there may be in the whole process.
 *
 * @param queriesInFlight queries that wait for an upstream answer, over all workers; one more is refused
 * @param queriesInFlightPerClient the same for one client, which is an IPv4 address or an IPv6 network of 64 bits
 * @param queriesPerQuestion queries to servers for the same question at a time; one more is refused
 * @param zoneTransfers zone transfers over TCP at a time; one more is refused
 * @param zoneTransfersPerClient the same for one client
 * @param tcpConnections TCP connections of clients; one more is closed
 * @param tcpConnectionsPerClient TCP connections of one client address; one more is closed
 * @param tcpIdle how long a client's TCP connection may be idle; 1 s to 1 h
 * @param tcpQueriesPerConnection pending queries of one client connection; further ones wait
 * @param tcpUnsent bytes of answers that TCP clients have not read yet, over all connections
 * @param tcpUnsentPerConnection the same for one connection, which is closed when it reaches the limit
 * @param upstreamSockets sockets and connections to servers
 * @param upstreamSocketsPerMark those with one mark to one server, so that one mark can't use up all
 * @param upstreamIdle how long an idle TCP connection to a server is kept; 1 s to 1 h
 * @param upstreamSocketLife how long a UDP source port takes new queries; 100 ms to 60 s
 */
public record Limits(
        int queriesInFlight,
        int queriesInFlightPerClient,
        int queriesPerQuestion,
        int zoneTransfers,
        int zoneTransfersPerClient,
        int tcpConnections,
        int tcpConnectionsPerClient,
        Duration tcpIdle,
        int tcpQueriesPerConnection,
        long tcpUnsent,
        long tcpUnsentPerConnection,
        int upstreamSockets,
        int upstreamSocketsPerMark,
        Duration upstreamIdle,
        Duration upstreamSocketLife) {
    /** The number of file descriptors that Linux allows a process by default (fs.nr_open), rounded. */
    private static final int MOST_CONNECTIONS = 1_000_000;

    /** The number of unprivileged source ports, rounded. */
    private static final int MOST_SOCKETS = 64_000;

    static Limits from(Section limits) {
        return new Limits(
                limits.value("queries-in-flight", Kind.integer(1, 1_000_000), 20_000),
                limits.value("queries-in-flight-per-client", Kind.integer(1, 1_000_000), 4_000),
                limits.value("queries-per-question", Kind.integer(1, 1_000_000), 1_000),
                limits.value("zone-transfers", Kind.integer(1, MOST_SOCKETS), 64),
                limits.value("zone-transfers-per-client", Kind.integer(1, MOST_SOCKETS), 16),
                limits.value("tcp-connections", Kind.integer(1, MOST_CONNECTIONS), 1_000),
                limits.value("tcp-connections-per-client", Kind.integer(1, MOST_CONNECTIONS), 20),
                limits.value("tcp-idle", Kind.duration("1s", "1h"), "10s"),
                limits.value("tcp-queries-per-connection", Kind.integer(1, 65_535), 100),
                limits.value("tcp-unsent", Kind.size("64KiB", "4GiB"), "16MiB"),
                limits.value("tcp-unsent-per-connection", Kind.size("64KiB", "1GiB"), "512KiB"),
                limits.value("upstream-sockets", Kind.integer(1, MOST_SOCKETS), 8_192),
                limits.value("upstream-sockets-per-mark", Kind.integer(1, MOST_SOCKETS), 32),
                limits.value("upstream-idle", Kind.duration("1s", "1h"), "10s"),
                limits.value("upstream-socket-life", Kind.duration("100ms", "60s"), "2s"));
    }
}
