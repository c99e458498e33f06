package org.waymark.metrics;

/** The events that are counted. */
public enum Count {
    UDP_QUERIES("queries over UDP"),
    TCP_QUERIES("queries over TCP"),
    COALESCED("queries that shared another's question upstream"),
    ANSWERS("answers of servers passed on"),
    ZONE_TRANSFERS("zone transfers begun"),
    BROKEN_TRANSFERS("zone transfers that broke off"),
    LOCAL_ANSWERS("queries answered here: records, hosts files, names with a special use"),
    TIMEOUTS("tries that no server answered in time"),
    NETWORK_ERRORS("tries that the network or the server refused"),
    TLS_FAILURES("connections to servers whose TLS handshake failed"),

    MARK_KNOWN("queries whose connection mark is known"),
    MARK_NO_ENTRY("queries of connections that conntrack has no entry for"),
    MARK_UNAVAILABLE("queries whose mark conntrack did not tell because of an error"),
    MARK_NOT_RESTORED("sampled packets whose mark was not that of their connection"),

    SILENTLY_DROPPED("packets that are no query"),
    FORMAT_ERRORS("malformed queries"),
    FOREIGN_ANSWERS("packets from servers that answer no question asked of them"),
    SUSPECTED_FORGERIES("sockets given up for TCP because somebody may be guessing answers"),
    REFUSED_NETWORK("queries from networks that listen.allow-from leaves out"),
    LOOPS("queries of Waymark's own that came back and were refused"),
    REFUSED_MARK("queries refused because their mark is unknown"),
    REFUSED_POLICY("queries refused by a policy"),
    SERVER_FAILURES("queries that every server failed"),
    UNSENT_ANSWERS("answers that the kernel did not take"),
    INTERNAL_ERRORS("errors of Waymark's own"),

    QUERIES_IN_FLIGHT_LIMIT("queries refused: limits.queries-in-flight"),
    QUERIES_PER_CLIENT_LIMIT("queries refused: limits.queries-in-flight-per-client"),
    OVERLOAD("queries refused because more wait than the servers answer in time"),
    QUERIES_PER_QUESTION_LIMIT("queries refused: limits.queries-per-question"),
    ZONE_TRANSFERS_LIMIT("queries refused: limits.zone-transfers, zone-transfers-per-client"),
    TCP_CONNECTIONS_LIMIT("connections closed: limits.tcp-connections"),
    TCP_CONNECTIONS_PER_CLIENT_LIMIT("connections closed: limits.tcp-connections-per-client"),
    NOT_ACCEPTED("failures to accept connections, mostly for want of open files (LimitNOFILE=, ulimit -n)"),
    TCP_UNSENT_LIMIT("connections closed whose client does not read: limits.tcp-unsent, tcp-unsent-per-connection"),
    UPSTREAM_SOCKETS_LIMIT("queries refused: limits.upstream-sockets"),
    UPSTREAM_SOCKETS_PER_MARK_LIMIT("queries that share a busy socket: limits.upstream-sockets-per-mark"),
    FILES_SHORT("queries refused for want of open files (LimitNOFILE=, ulimit -n)"),
    PORTS_SHORT("queries refused: no source port that is free of other marks");

    private final String description;

    Count(String description) {
        this.description = description;
    }

    /**
     * @return what is counted, in words
     */
    public String description() {
        return description;
    }
}
