package org.waymark.marks;

import org.waymark.linux.Endpoint;

/**
 * Remembers the clients that were the latest to have a mark, and finds out whether all have lost it at the same time: one query still had
 * its mark, and many after it had none, some of them of these clients. Who has lost it while others still had theirs may have logged out,
 * and is forgotten, as is everybody after some time. Nobody can tell whether a portal has logged them all out together.
 */
final class RememberedClients {
    private static final int MOST = 8;
    private static final int LEAST_CLIENTS = 2;
    private static final int LEAST_QUERIES_OF_EACH = 5;
    private static final int LEAST_QUERIES = 100;

    /** Five seconds. */
    private static final int LEAST_TICKS = 20;

    /** A minute. */
    private static final int MOST_TICKS = 240;

    private static final long NEVER = -MOST_TICKS - 1;

    private final Endpoint[] clients = new Endpoint[MOST];
    private final int[] queriesWithout = new int[MOST];

    /** When a client's query last had a mark; {@link #NEVER} if nobody is remembered here. */
    private final long[] lastMarked = new long[MOST];

    private long now;
    private int oldest;

    /** Since the last query with a mark. */
    private int queries;

    private long since;
    private boolean isTold;

    RememberedClients() {
        for (int i = 0; i < MOST; i++) {
            clients[i] = new Endpoint();
            lastMarked[i] = NEVER;
        }
    }

    void tick() {
        now++;
    }

    /** A query has come with a mark. */
    void marked(Endpoint peer) {
        if (queries > 0) {
            forgetThoseWithout();
        }
        int place = find(peer);
        if (place == MOST) {
            place = oldest;
            oldest = (oldest + 1) % MOST;
            clients[place].set(peer);
        }
        lastMarked[place] = now;
    }

    private void forgetThoseWithout() {
        queries = 0;
        isTold = false;
        for (int i = 0; i < MOST; i++) {
            if (queriesWithout[i] > 0) {
                queriesWithout[i] = 0;
                lastMarked[i] = NEVER;
            }
        }
    }

    /**
     * A query has come whose mark is 0.
     *
     * @return whether it has just turned out that all have lost their marks, the client among them; at most once until there are marks again
     */
    boolean unmarked(Endpoint peer) {
        if (queries == 0) {
            since = now;
        }
        queries++;
        int place = find(peer);
        if (isTold || place == MOST) {
            return false;
        }
        queriesWithout[place]++;
        isTold = queries >= LEAST_QUERIES && now - since >= LEAST_TICKS && areEnough();
        return isTold;
    }

    private boolean areEnough() {
        int enough = 0;
        for (int queriesOfOne : queriesWithout) {
            enough += queriesOfOne >= LEAST_QUERIES_OF_EACH ? 1 : 0;
        }
        return enough >= LEAST_CLIENTS;
    }

    /** Returns where this client is; MOST if it is not remembered. */
    private int find(Endpoint peer) {
        for (int i = 0; i < MOST; i++) {
            if (clients[i].isSameHost(peer) && now - lastMarked[i] <= MOST_TICKS) {
                return i;
            }
        }
        return MOST;
    }
}
