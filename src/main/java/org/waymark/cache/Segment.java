package org.waymark.cache;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.StampedLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.waymark.linux.NativeMemory;

/**
 * A part of the cache, for the keys with some hashes: the lock, and which of two answers under one key is kept. {@link Rings} decides what
 * leaves when there is no more room.
 *
 * <p>Workers read without a lock: they copy what they find, and then see whether somebody has written meanwhile ({@link StampedLock}).
 */
final class Segment implements AutoCloseable {
    /** Why an answer was not kept. */
    static final int NOT_KEPT = -1;

    /** The bytes of memory for each bucket: about those of the usual entry. */
    private static final int BYTES_PER_BUCKET = 128;

    /** Who looks at all answers holds the lock for so many buckets at a time; a power of two, and fewer than any segment has. */
    private static final int BUCKETS_AT_A_TIME = 256;

    /** Attempts to read without the lock. */
    private static final int ATTEMPTS = 16;

    private final StampedLock lock = new StampedLock();
    private final Traces traces;
    private final Entries entries;
    private final Rings rings;
    private boolean closed;

    /**
     * @param memory at least 64 KiB, all zero, for it to use until it is closed
     */
    Segment(NativeMemory memory) {
        int length = memory.host().capacity();
        int buckets = Integer.highestOneBit(length / BYTES_PER_BUCKET);
        int entriesAt = buckets * Entries.BUCKET;
        this.traces = new Traces(memory.host(), buckets);
        this.entries = new Entries(memory, length, buckets, entriesAt);
        this.rings = new Rings(entries, traces, entriesAt, length);
    }

    /** Copies the answer that is kept under a key, fresh or not; returns whether there is one. */
    boolean find(Key key, FoundAnswer found) {
        for (int i = 0; i < ATTEMPTS; i++) {
            long stamp = lock.tryOptimisticRead();
            if (stamp != 0) {
                int at = entries.find(key);
                boolean isRead = at == Entries.NONE || at != Entries.TORN && entries.copy(at, found);
                if (isRead && lock.validate(stamp)) {
                    return at != Entries.NONE;
                }
            }
            Thread.onSpinWait();
        }
        long stamp = lock.readLock();
        try {
            int at = entries.find(key);
            return at != Entries.NONE && entries.copy(at, found);
        } finally {
            lock.unlockRead(stamp);
        }
    }

    /** Reads the bucket of a hash; what it returns means nothing. */
    int readBucket(long hash) {
        return entries.readBucket(hash);
    }

    /** Reads where an answer whose key has this hash probably is; what it returns means nothing. */
    int readFirst(long hash) {
        return entries.readFirst(hash);
    }

    /** The answer under a key was asked for again. */
    void askAgain(Key key) {
        traces.askAgain(key.hash());
    }

    /** Whether it is for the caller to ask for a new answer in place of the one under a key. */
    boolean takeRefresh(Key key) {
        long stamp = lock.writeLock();
        try {
            int at = entries.find(key);
            if (at == Entries.NONE || entries.is(at, Entry.REFRESHING)) {
                return false;
            }
            entries.set(at, Entry.REFRESHING);
            return true;
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    /** Lets the answer under a key, which is too old, serve for some time without a server being asked. */
    void serveStale(Key key, long untilMillis) {
        long stamp = lock.writeLock();
        try {
            int at = entries.find(key);
            if (at != Entries.NONE) {
                entries.staleUntil(at, (int) ((untilMillis - entries.storedMillis(at)) / 1_000));
            }
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    /**
     * Keeps an answer under a key, unless it is too large, or what is kept there is better.
     *
     * @return how many answers have left for it that were not too old, or {@link #NOT_KEPT}
     */
    int keep(Key key, NewAnswer answer) {
        if (!rings.hold(answer.size())) {
            return NOT_KEPT;
        }
        long stamp = lock.writeLock();
        try {
            int former = entries.find(key);
            if (former != Entries.NONE && isBetter(former, answer)) {
                return NOT_KEPT;
            }
            return rings.keep(former, key, answer);
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    /**
     * A failure does not take the place of an answer that may serve, nor an answer to who takes less that of one to who takes more (unless
     * it was asked for in its place), nor an older one that of a newer one.
     */
    private boolean isBetter(int former, NewAnswer answer) {
        if (entries.is(former, Entry.FAILURE) || entries.isTooOld(former, answer.nowMillis(), answer.staleMillis())) {
            return false;
        }
        if (entries.storedMillis(former) > answer.nowMillis()) {
            return true;
        }
        boolean tookMore = entries.limit(former) > answer.limit() && !entries.is(former, Entry.REFRESHING);
        return answer.reading().isFailure() || tookMore && !entries.isTooOld(former, answer.nowMillis(), 0);
    }

    /** Shows each answer. They are copied some at a time, so that nobody who keeps an answer waits for whoever looks. */
    void forEach(Consumer<Kept> consumer, long now) {
        for (int bucket = 0; bucket < entries.buckets(); bucket += BUCKETS_AT_A_TIME) {
            some(bucket, now).forEach(consumer);
        }
    }

    private List<Kept> some(int fromBucket, long now) {
        List<Kept> some = new ArrayList<>();
        long stamp = lock.readLock();
        try {
            if (!closed) {
                entries.forEach(fromBucket, fromBucket + BUCKETS_AT_A_TIME, at -> some.add(entries.describe(at, now)));
            }
            return some;
        } finally {
            lock.unlockRead(stamp);
        }
    }

    /** Removes the answers that a predicate accepts, some at a time, and returns how many that were. */
    long remove(Predicate<Kept> which, long now) {
        long removed = 0;
        for (int bucket = 0; bucket < entries.buckets(); bucket += BUCKETS_AT_A_TIME) {
            removed += removeSome(bucket, which, now);
        }
        return removed;
    }

    private int removeSome(int fromBucket, Predicate<Kept> which, long now) {
        long stamp = lock.writeLock();
        try {
            int before = entries.count();
            if (!closed) {
                entries.forEach(fromBucket, fromBucket + BUCKETS_AT_A_TIME, at -> {
                    if (which.test(entries.describe(at, now))) {
                        entries.kill(at);
                    }
                });
            }
            return before - entries.count();
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    /** Shows each answer as it is stored. */
    void forEachStored(Consumer<StoredAnswer> visitor) {
        long stamp = lock.readLock();
        try {
            if (!closed) {
                entries.forEach(0, entries.buckets(), at -> visitor.accept(entries.stored(at)));
            }
        } finally {
            lock.unlockRead(stamp);
        }
    }

    /** How many answers there are. */
    int count() {
        long stamp = lock.readLock();
        try {
            return closed ? 0 : entries.count();
        } finally {
            lock.unlockRead(stamp);
        }
    }

    /** The bytes that their entries occupy. */
    long bytes() {
        long stamp = lock.readLock();
        try {
            return closed ? 0 : entries.bytes();
        } finally {
            lock.unlockRead(stamp);
        }
    }

    /** Uses the memory no more. Nobody may ask for an answer or keep one any more; who lists what there is finds nothing. */
    @Override
    public void close() {
        long stamp = lock.writeLock();
        try {
            closed = true;
        } finally {
            lock.unlockWrite(stamp);
        }
    }
}
