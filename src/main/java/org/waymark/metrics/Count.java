package org.waymark.metrics;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** The events that are counted, with their names for people and for programs. */
public enum Count {
    UDP_IPV4_QUERIES("queries_total{transport=\"udp\",family=\"ipv4\"}", Noun.QUERY, "over UDP and IPv4"),
    UDP_IPV6_QUERIES("queries_total{transport=\"udp\",family=\"ipv6\"}", Noun.QUERY, "over UDP and IPv6"),
    TCP_IPV4_QUERIES("queries_total{transport=\"tcp\",family=\"ipv4\"}", Noun.QUERY, "over TCP and IPv4"),
    TCP_IPV6_QUERIES("queries_total{transport=\"tcp\",family=\"ipv6\"}", Noun.QUERY, "over TCP and IPv6"),
    COALESCED("queries_coalesced_total", Noun.QUERY, "that shared another's question upstream"),
    ANSWERS("answers_total{source=\"server\"}", Noun.ANSWER, "of servers passed on"),
    LOCAL_ANSWERS(
            "answers_total{source=\"local\"}",
            Noun.ANSWER,
            "given here",
            "records, hosts files, names with a special use"),
    POLICY_ANSWERS("answers_total{source=\"policy\"}", Noun.ANSWER, "given here", "[[policy]]"),
    CACHE_HITS("answers_total{source=\"cache\"}", Noun.ANSWER, "given from the cache"),
    CACHE_STALE(
            "answers_total{source=\"stale\"}", Noun.OLD_ANSWER, "given from the cache", "no server answered in time"),
    CACHE_MISSES("cache_misses_total", Noun.QUERY, "whose answer was not in the cache"),
    CACHE_PASSED_BY("cache_passed_by_total", Noun.QUERY, "whose answer is for their client only"),
    CACHE_STORED("cache_stored_total", Noun.ANSWER, "kept in the cache"),
    CACHE_EVICTED("cache_evicted_total", Noun.ANSWER, "removed from the cache to make room", "cache.size"),
    CACHE_PREFETCHES("cache_prefetches_total", Noun.QUERY, "to servers before an answer in the cache was too old"),
    ZONE_TRANSFERS("zone_transfers_total", Noun.ZONE_TRANSFER, "begun"),
    BROKEN_TRANSFERS("zone_transfers_broken_total", Noun.ZONE_TRANSFER, "that broke off"),
    TIMEOUTS("upstream_failures_total{reason=\"timeout\"}", Noun.TRY, "that no server answered in time"),
    NETWORK_ERRORS("upstream_failures_total{reason=\"network\"}", Noun.TRY, "that the network or the server refused"),
    TLS_FAILURES("upstream_failures_total{reason=\"tls\"}", Noun.CONNECTION, "to servers whose TLS handshake failed"),
    MARK_KNOWN("query_marks_total{result=\"known\"}", Noun.QUERY, "whose connection mark is known"),
    MARK_NO_ENTRY("query_marks_total{result=\"no_entry\"}", Noun.QUERY, "whose connection conntrack has no entry for"),
    MARK_UNAVAILABLE(
            "query_marks_total{result=\"unavailable\"}",
            Noun.QUERY,
            "whose mark conntrack did not report because of an error"),
    MARK_RESTORED("sampled_packets_total{result=\"restored\"}", Noun.SAMPLED_PACKET, "with the mark of the connection"),
    MARK_NOT_RESTORED(
            "sampled_packets_total{result=\"not_restored\"}",
            Noun.SAMPLED_PACKET,
            "with a mark that was not the connection's"),
    SERVER_MARK_KEPT(
            "sampled_server_connections_total{result=\"kept\"}",
            Noun.SAMPLED_CONNECTION,
            "to servers with the mark of the query"),
    SERVER_MARK_LOST(
            "sampled_server_connections_total{result=\"lost\"}",
            Noun.SAMPLED_CONNECTION,
            "to servers with a mark that was not the query's"),
    SERVER_NOT_TRACKED(
            "sampled_server_connections_total{result=\"no_entry\"}",
            Noun.SAMPLED_CONNECTION,
            "to servers that conntrack had no entry for"),
    CLIENT_MARK_KEPT(
            "sampled_client_connections_total{result=\"kept\"}",
            Noun.SAMPLED_CONNECTION,
            "of clients with the same mark after an answer"),
    CLIENT_MARK_WIPED(
            "sampled_client_connections_total{result=\"wiped\"}",
            Noun.SAMPLED_CONNECTION,
            "of clients whose mark an answer has wiped"),
    SILENTLY_DROPPED("packets_dropped_total", Noun.PACKET, "dropped because no answer is due"),
    FORMAT_ERRORS("queries_malformed_total", Noun.MALFORMED_QUERY, "answered with FORMERR"),
    FOREIGN_ANSWERS("upstream_foreign_packets_total", Noun.PACKET, "of servers that answered no pending query"),
    SUSPECTED_FORGERIES(
            "upstream_suspected_forgeries_total",
            Noun.SOCKET,
            "given up for TCP because somebody may be guessing answers"),
    REFUSED_NETWORK("queries_refused_total{reason=\"network\"}", Noun.QUERY, "refused", "listen.allow-from"),
    LOOPS(
            "queries_refused_total{reason=\"loop\"}",
            Noun.QUERY,
            "refused",
            "came back from a server that Waymark had asked"),
    REFUSED_MARK("queries_refused_total{reason=\"mark\"}", Noun.QUERY, "refused", "mark.unknown"),
    REFUSED_POLICY("queries_refused_total{reason=\"policy\"}", Noun.QUERY, "refused", "[[policy]]"),
    POLICY_DROPS("queries_dropped_total", Noun.QUERY, "left without an answer", "a list of names in [[policy]]"),
    SERVER_FAILURES("queries_failed_total", Noun.QUERY, "that every server failed"),
    SETS_ADDED("set_addresses_added_total", Noun.ADDRESS, "put into sets of nft"),
    SETS_REFILLED(
            "set_addresses_refilled_total", Noun.ADDRESS, "put into sets of nft again", "others had removed them"),
    SETS_PRIVATE(
            "set_addresses_left_out_total", Noun.ADDRESS, "left out of sets of nft", "they are private (add-private)"),
    SETS_FAILED("answers_withheld_total", Noun.ANSWER, "withheld", "a set of nft did not take the addresses in time"),
    UNSENT_ANSWERS("answers_unsent_total", Noun.ANSWER, "that the kernel did not take"),
    INTERNAL_ERRORS("internal_errors_total", Noun.ERROR, "in Waymark itself"),
    QUERIES_IN_FLIGHT_LIMIT(
            "queries_refused_total{reason=\"queries-in-flight\"}", Noun.QUERY, "refused", "limits.queries-in-flight"),
    QUERIES_PER_CLIENT_LIMIT(
            "queries_refused_total{reason=\"queries-in-flight-per-client\"}",
            Noun.QUERY,
            "refused",
            "limits.queries-in-flight-per-client"),
    QUERIES_PER_SECOND_LIMIT(
            "queries_refused_total{reason=\"queries-per-second\"}",
            Noun.QUERY,
            "refused",
            "queries-per-second in [[policy]]"),
    OVERLOAD(
            "queries_refused_total{reason=\"overload\"}",
            Noun.QUERY,
            "refused",
            "more are pending than the servers answer in time"),
    QUERIES_PER_QUESTION_LIMIT(
            "queries_refused_total{reason=\"queries-per-question\"}",
            Noun.QUERY,
            "refused",
            "limits.queries-per-question"),
    ZONE_TRANSFERS_LIMIT(
            "queries_refused_total{reason=\"zone-transfers\"}",
            Noun.QUERY,
            "refused",
            "limits.zone-transfers, zone-transfers-per-client"),
    TCP_CONNECTIONS_LIMIT(
            "tcp_connections_closed_total{reason=\"tcp-connections\"}",
            Noun.CONNECTION,
            "closed",
            "limits.tcp-connections"),
    TCP_CONNECTIONS_PER_CLIENT_LIMIT(
            "tcp_connections_closed_total{reason=\"tcp-connections-per-client\"}",
            Noun.CONNECTION,
            "closed",
            "limits.tcp-connections-per-client"),
    NOT_ACCEPTED(
            "tcp_connections_not_accepted_total",
            Noun.CONNECTION,
            "not accepted",
            "usually because too few files may be open (LimitNOFILE=, ulimit -n)"),
    TCP_UNSENT_LIMIT(
            "tcp_connections_closed_total{reason=\"tcp-unsent\"}",
            Noun.CONNECTION,
            "closed because the client does not read",
            "limits.tcp-unsent, tcp-unsent-per-connection"),
    UPSTREAM_SOCKETS_LIMIT(
            "queries_refused_total{reason=\"upstream-sockets\"}", Noun.QUERY, "refused", "limits.upstream-sockets"),
    UPSTREAM_SOCKETS_PER_MARK_LIMIT(
            "queries_on_busy_sockets_total", Noun.QUERY, "sent on a busy socket", "limits.upstream-sockets-per-mark"),
    FILES_SHORT(
            "queries_refused_total{reason=\"files\"}",
            Noun.QUERY,
            "refused",
            "too few files may be open (LimitNOFILE=, ulimit -n)"),
    PORTS_SHORT(
            "queries_refused_total{reason=\"ports\"}", Noun.QUERY, "refused", "no source port is free of other marks"),
    DNSTAP_LOST(
            "dnstap_messages_lost_total", Noun.DNSTAP_MESSAGE, "lost", "nobody takes them fast enough (log.dnstap)");

    /** What shows that there was more of something than the configuration, the host or the servers take. */
    public static final Set<Count> LIMITS = Collections.unmodifiableSet(EnumSet.of(
            QUERIES_IN_FLIGHT_LIMIT,
            QUERIES_PER_CLIENT_LIMIT,
            QUERIES_PER_SECOND_LIMIT,
            OVERLOAD,
            QUERIES_PER_QUESTION_LIMIT,
            ZONE_TRANSFERS_LIMIT,
            TCP_CONNECTIONS_LIMIT,
            TCP_CONNECTIONS_PER_CLIENT_LIMIT,
            NOT_ACCEPTED,
            TCP_UNSENT_LIMIT,
            UPSTREAM_SOCKETS_LIMIT,
            UPSTREAM_SOCKETS_PER_MARK_LIMIT,
            FILES_SHORT,
            PORTS_SHORT));

    /** What is counted, as singular and plural. */
    private enum Noun {
        QUERY("query", "queries"),
        MALFORMED_QUERY("malformed query", "malformed queries"),
        ANSWER("answer", "answers"),
        OLD_ANSWER("old answer", "old answers"),
        ADDRESS("address", "addresses"),
        PACKET("packet", "packets"),
        SAMPLED_PACKET("sampled packet", "sampled packets"),
        SAMPLED_CONNECTION("sampled connection", "sampled connections"),
        TRY("try", "tries"),
        CONNECTION("connection", "connections"),
        SOCKET("socket", "sockets"),
        ZONE_TRANSFER("zone transfer", "zone transfers"),
        DNSTAP_MESSAGE("dnstap message", "dnstap messages"),
        ERROR("error", "errors");

        private final String one;
        private final String several;

        Noun(String one, String several) {
            this.one = one;
            this.several = several;
        }
    }

    private final String metric;
    private final Noun noun;
    private final String what;
    private final String cause;

    Count(String metric, Noun noun, String what) {
        this(metric, noun, what, "");
    }

    Count(String metric, Noun noun, String what, String cause) {
        this.metric = "waymark_" + metric;
        this.noun = noun;
        this.what = what;
        this.cause = cause;
    }

    /**
     * @return the name of this counter for programs, with its labels, as in Prometheus' text format
     */
    public String metric() {
        return metric;
    }

    /**
     * @param number how many there were
     * @return the number and what it counts, in words, without the cause
     */
    public String describe(long number) {
        return number + " " + (number == 1 ? noun.one : noun.several) + " " + what;
    }

    /**
     * @return what it counts, in words, without the cause
     */
    public String label() {
        return noun.several + " " + what;
    }

    /**
     * @return why it happens, in words; empty if that is not known, or is said already
     */
    public String cause() {
        return cause;
    }
}
