package org.waymark.metrics;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The clients with the most queries in all workers, at one moment. It never changes. */
public final class ClientTotals {
    /**
     * The queries of a client, since the start.
     *
     * @param high the first 64 bits of its address
     * @param low the last 64 bits
     * @param queries how many there were; among very many clients it may be too many, or lack those of some workers
     * @param surplus by how much it may be too many
     */
    public record OfClient(long high, long low, long queries, long surplus) {
        /**
         * @return how many queries it certainly had
         */
        public long atLeast() {
            return queries - surplus;
        }

        private OfClient plus(OfClient more) {
            return new OfClient(high, low, queries + more.queries, surplus + more.surplus);
        }
    }

    private record Address(long high, long low) {}

    private final Map<Address, OfClient> clients = new HashMap<>();

    private ClientTotals(Collection<Counters> workers) {
        for (Counters each : workers) {
            each.clients()
                    .forEach((high, low, queries, surplus) -> clients.merge(
                            new Address(high, low), new OfClient(high, low, queries, surplus), OfClient::plus));
        }
    }

    /**
     * @param workers the counters of each worker
     * @return what they count now
     */
    public static ClientTotals of(Collection<Counters> workers) {
        return new ClientTotals(workers);
    }

    /**
     * @param most the largest length of the list
     * @return the clients with the most queries, the busiest first
     */
    public List<OfClient> busiest(int most) {
        return clients.values().stream()
                .sorted(Comparator.comparingLong(OfClient::queries)
                        .reversed()
                        .thenComparingLong(OfClient::high)
                        .thenComparingLong(OfClient::low))
                .limit(most)
                .toList();
    }

    /**
     * @param client a client
     * @return how many queries it certainly had at this moment
     */
    public long atLeast(OfClient client) {
        OfClient found = clients.get(new Address(client.high, client.low));
        return found == null ? 0 : found.atLeast();
    }

    /**
     * @return whether there were so many clients that some are not counted separately
     */
    public boolean isEstimated() {
        return clients.values().stream().anyMatch(client -> client.surplus > 0);
    }
}
