package org.waymark.forward;

import org.waymark.dns.ExtendedError;
import org.waymark.dns.Rcode;
import org.waymark.metrics.Count;
import org.waymark.upstream.Failure;

/** What a query comes to that no server answers: how it is counted, and what its client is told. */
enum Outcome {
    TIMED_OUT(
            Count.SERVER_FAILURES, Rcode.SERVFAIL, ExtendedError.NO_REACHABLE_AUTHORITY, "no server answered in time"),
    NO_SERVER(
            Count.SERVER_FAILURES,
            Rcode.SERVFAIL,
            ExtendedError.NO_REACHABLE_AUTHORITY,
            "no file names a server for its group"),
    NETWORK_ERROR(
            Count.SERVER_FAILURES,
            Rcode.SERVFAIL,
            ExtendedError.NETWORK_ERROR,
            "the network or the servers refused it"),
    NOT_IN_SETS(
            Count.SETS_FAILED,
            Rcode.SERVFAIL,
            ExtendedError.FIREWALL_LATE,
            "the firewall did not take the addresses in time"),
    MARK_UNKNOWN(Count.REFUSED_MARK, ExtendedError.MARK_UNKNOWN),
    /** The rule says what the client is told. */
    POLICY(Count.REFUSED_POLICY, null),
    TOO_MANY_PER_SECOND(Count.QUERIES_PER_SECOND_LIMIT, ExtendedError.TOO_MANY_PER_SECOND),
    TOO_MANY_FOR_QUESTION(Count.QUERIES_PER_QUESTION_LIMIT, ExtendedError.NOT_READY),
    TOO_MANY_OF_CLIENT(Count.QUERIES_PER_CLIENT_LIMIT, ExtendedError.NOT_READY),
    TOO_MANY_TRANSFERS(Count.ZONE_TRANSFERS_LIMIT, ExtendedError.NOT_READY),
    OVERLOAD(Count.OVERLOAD, ExtendedError.NOT_READY),
    TOO_MANY_QUERIES(Count.QUERIES_IN_FLIGHT_LIMIT, ExtendedError.NOT_READY),
    TOO_MANY_SOCKETS(Count.UPSTREAM_SOCKETS_LIMIT, ExtendedError.NOT_READY),
    TOO_MANY_FILES(Count.FILES_SHORT, ExtendedError.NOT_READY),
    NO_SOURCE_PORT(Count.PORTS_SHORT, ExtendedError.NOT_READY);

    final Count count;
    final Rcode rcode;
    final ExtendedError error;

    /** What decided it, for people. */
    final String cause;

    /** A refusal. */
    Outcome(Count count, ExtendedError error) {
        this(count, Rcode.REFUSED, error, count.cause());
    }

    Outcome(Count count, Rcode rcode, ExtendedError error, String cause) {
        this.count = count;
        this.rcode = rcode;
        this.error = error;
        this.cause = cause;
    }

    /** Says for people that this was the outcome, because of what is named. */
    String because(String what) {
        return (isRefusal() ? "refused: " : "failed: ") + what;
    }

    /** Whether no server was to be asked. */
    boolean isRefusal() {
        return rcode == Rcode.REFUSED;
    }

    static Outcome of(Failure failure) {
        return switch (failure) {
            case UNREACHABLE, REFUSED, SUSPECTED_FORGERY -> NETWORK_ERROR;
            case TOO_MANY_SOCKETS -> TOO_MANY_SOCKETS;
            case TOO_MANY_FILES -> TOO_MANY_FILES;
            case NO_SOURCE_PORT -> NO_SOURCE_PORT;
        };
    }
}
