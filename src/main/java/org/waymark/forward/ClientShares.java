package org.waymark.forward;

import java.util.concurrent.ThreadLocalRandom;

/**
 * Counts the queries in flight of each client, so that one that floods does not take the service from the others. Clients
 * are counted by a 16-bit hash, seeded so that nobody can choose whose count to share; no memory is needed for a client.
 */
final class ClientShares {
    private static final int HASHES = 1 << 16;
    private static final int MULTIPLIER = 0x9E37_79B1;

    private final int seed = ThreadLocalRandom.current().nextInt();
    private final int[] queries = new int[HASHES];
    private final int max;

    /**
     * @param max queries in flight of one client
     */
    ClientShares(int max) {
        this.max = max;
    }

    private int hash(int client) {
        return (client ^ seed) * MULTIPLIER >>> Integer.SIZE - Short.SIZE;
    }

    boolean isSpent(int client) {
        return queries[hash(client)] >= max;
    }

    void take(int client) {
        queries[hash(client)]++;
    }

    void giveBack(int client) {
        queries[hash(client)]--;
    }
}
