package org.waymark.forward;

import org.waymark.dns.SipHash;
import org.waymark.limit.SharedLimit;

/** Holds a worker's queries to the limits. It counts those that wait for an answer, in all and for each client. */
final class QueryAdmission {
    /** Of the count of all. */
    private static final int ALL = 0;

    private final SipHash hash;
    private final OverloadGuard overload;
    private final SharedLimit.Places all;
    private final SharedLimit.Places ofClient;
    private final SharedLimit.Places transfers;
    private final SharedLimit.Places transfersOfClient;
    private int queries;

    /**
     * @param limits those of the process
     * @param overload how the servers keep up with this worker
     */
    QueryAdmission(QueryLimits limits, OverloadGuard overload) {
        this.hash = limits.hash();
        this.overload = overload;
        this.all = limits.queries().places();
        this.ofClient = limits.queriesOfClient().places();
        this.transfers = limits.transfers().places();
        this.transfersOfClient = limits.transfersOfClient().places();
    }

    /** Admits the query, which waits for an answer from now on, and returns null; or returns why it is one too many. */
    Outcome admit(Query query, boolean transfer) {
        int client = SharedLimit.countOf(hash.of(query.clientKey()));
        query.countOfClient(client);
        if (!all.take(ALL)) {
            return Outcome.TOO_MANY_QUERIES;
        } else if (!ofClient.take(client)) {
            all.giveBack(ALL);
            return Outcome.TOO_MANY_OF_CLIENT;
        }
        queries++;
        if (transfer && !takeTransfer(client)) {
            leave(query, false);
            return Outcome.TOO_MANY_TRANSFERS;
        } else if (overload.isTooHigh(queries - 1)) {
            leave(query, transfer);
            return Outcome.OVERLOAD;
        }
        return null;
    }

    private boolean takeTransfer(int client) {
        if (!transfers.take(ALL)) {
            return false;
        } else if (!transfersOfClient.take(client)) {
            transfers.giveBack(ALL);
            return false;
        }
        return true;
    }

    /** A query that was admitted, with the same {@code transfer}, waits no more. */
    void leave(Query query, boolean transfer) {
        int client = query.countOfClient();
        queries--;
        all.giveBack(ALL);
        ofClient.giveBack(client);
        if (transfer) {
            transfers.giveBack(ALL);
            transfersOfClient.giveBack(client);
        }
    }

    /** How many of the worker's queries wait for an answer. */
    int queries() {
        return queries;
    }
}
