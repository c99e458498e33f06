package org.waymark.cache;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongConsumer;

/**
 * Who asks a server for which answer, over all workers: so that when many miss the same answer at the same time, one asks and the others
 * wait (the "thundering herd"). A claim is a number in a table, so that it costs little where nobody else wants the answer. Where two
 * answers share a place in it, the second one is asked for without a claim.
 */
public final class Claims {
    private static final int PLACES = 4_096;

    /** The hash of the key that is claimed; 0 if there is none. */
    private final AtomicLongArray claimed = new AtomicLongArray(PLACES);

    /** A bit for each worker that waits for the end of the claim. */
    private final AtomicLongArray waiting = new AtomicLongArray(PLACES);

    private final List<LongConsumer> workers = new CopyOnWriteArrayList<>();

    /** A worker's way to the claims; for its thread only. */
    public final class Claimant {
        private final int number;

        private Claimant(int number) {
            this.number = number;
        }

        /** Claims the answer under a key; false if it is claimed already, or if another claim is in its place. */
        public boolean take(Key key) {
            return claimed.compareAndSet(place(key), 0, numberOf(key));
        }

        /**
         * Waits for the end of the claim on the answer under a key. Whoever has it will tell this worker.
         *
         * @return false if there is no claim on it, so that nobody will
         */
        public boolean await(Key key) {
            int place = place(key);
            if (number >= Long.SIZE || claimed.get(place) != numberOf(key)) {
                return false;
            }
            waiting.accumulateAndGet(place, 1L << number, (one, other) -> one | other);
            return claimed.get(place) == numberOf(key);
        }

        /** Ends a claim that {@link #take} has given, and tells those that wait. */
        public void end(Key key) {
            int place = place(key);
            claimed.set(place, 0);
            if (waiting.get(place) != 0) {
                long told = waiting.getAndSet(place, 0);
                for (; told != 0; told &= told - 1) {
                    workers.get(Long.numberOfTrailingZeros(told)).accept(key.hash());
                }
            }
        }
    }

    /**
     * @param told gets the hash of the key when a claim has ended that the worker waits for, and maybe also otherwise; on any thread
     * @return for one worker
     */
    public synchronized Claimant claimant(LongConsumer told) {
        workers.add(told);
        return new Claimant(workers.size() - 1);
    }

    private static int place(Key key) {
        return (int) (key.hash() >>> Integer.SIZE) & PLACES - 1;
    }

    private static long numberOf(Key key) {
        return key.hash() == 0 ? 1 : key.hash();
    }
}
