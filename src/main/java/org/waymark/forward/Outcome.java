package org.waymark.forward;

import org.waymark.dns.ExtendedError;
import org.waymark.dns.Rcode;
import org.waymark.metrics.Count;
import org.waymark.upstream.Failure;

/** What a query comes to that no server answers: how it is counted, and what its client is told. */
enum Outcome {
    TIMED_OUT(Count.SERVER_FAILURES, Rcode.SERVFAIL, ExtendedError.NO_REACHABLE_AUTHORITY),
    NETWORK_ERROR(Count.SERVER_FAILURES, Rcode.SERVFAIL, ExtendedError.NETWORK_ERROR),
    MARK_UNKNOWN(Count.REFUSED_MARK, Rcode.REFUSED, ExtendedError.MARK_UNKNOWN),
    POLICY(Count.REFUSED_POLICY, Rcode.REFUSED, ExtendedError.BLOCKED),
    TOO_MANY_FOR_QUESTION(Count.QUERIES_PER_QUESTION_LIMIT, Rcode.REFUSED, ExtendedError.NOT_READY),
    TOO_MANY_OF_CLIENT(Count.QUERIES_PER_CLIENT_LIMIT, Rcode.REFUSED, ExtendedError.NOT_READY),
    TOO_MANY_TRANSFERS(Count.ZONE_TRANSFERS_LIMIT, Rcode.REFUSED, ExtendedError.NOT_READY),
    OVERLOAD(Count.OVERLOAD, Rcode.REFUSED, ExtendedError.NOT_READY),
    TOO_MANY_QUERIES(Count.QUERIES_IN_FLIGHT_LIMIT, Rcode.REFUSED, ExtendedError.NOT_READY),
    TOO_MANY_SOCKETS(Count.UPSTREAM_SOCKETS_LIMIT, Rcode.REFUSED, ExtendedError.NOT_READY),
    TOO_MANY_FILES(Count.FILES_SHORT, Rcode.REFUSED, ExtendedError.NOT_READY),
    NO_SOURCE_PORT(Count.PORTS_SHORT, Rcode.REFUSED, ExtendedError.NOT_READY);

    final Count count;
    final Rcode rcode;
    final ExtendedError error;

    Outcome(Count count, Rcode rcode, ExtendedError error) {
        this.count = count;
        this.rcode = rcode;
        this.error = error;
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
