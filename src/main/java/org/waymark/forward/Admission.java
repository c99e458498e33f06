package org.waymark.forward;

/** Says which query is one too many for a worker. It counts those that wait for an answer, in all and for each client. */
final class Admission {
    private final QueryLimits limits;
    private final Load load;
    private final ClientShares clients;
    private final ClientShares transfersOfClients;
    private int queries;
    private int transfers;

    /**
     * @param limits the worker's
     * @param load how the servers keep up
     */
    Admission(QueryLimits limits, Load load) {
        this.limits = limits;
        this.load = load;
        this.clients = new ClientShares(limits.queriesPerClient());
        this.transfersOfClients = new ClientShares(limits.zoneTransfersPerClient());
    }

    /** Returns why the query is one too many, or null. */
    Outcome limitHitBy(Query query, boolean transfer) {
        if (queries >= limits.queriesInFlight()) {
            return Outcome.TOO_MANY_QUERIES;
        } else if (clients.isSpent(query.clientKey())) {
            return Outcome.TOO_MANY_OF_CLIENT;
        } else if (transfer && (transfers >= limits.zoneTransfers() || transfersOfClients.isSpent(query.clientKey()))) {
            return Outcome.TOO_MANY_TRANSFERS;
        }
        return load.isTooHigh(queries) ? Outcome.OVERLOAD : null;
    }

    /** The query waits for an answer from now on. */
    void enter(Query query, boolean transfer) {
        queries++;
        clients.take(query.clientKey());
        if (transfer) {
            transfers++;
            transfersOfClients.take(query.clientKey());
        }
    }

    /** A query that has entered, with the same {@code transfer}, waits no more. */
    void leave(Query query, boolean transfer) {
        queries--;
        clients.giveBack(query.clientKey());
        if (transfer) {
            transfers--;
            transfersOfClients.giveBack(query.clientKey());
        }
    }

    /** How many queries wait for an answer. */
    int queries() {
        return queries;
    }
}
