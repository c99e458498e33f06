package org.waymark.cache;

import java.util.concurrent.locks.StampedLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.waymark.linux.NativeMemory;

/**
 * A part of the cache, for the keys with some hashes: what is found under a key, and what leaves when there is no more room.
 *
 * <p>What leaves is chosen as S3-FIFO does (Yang and others, "FIFO queues are all you need for cache eviction", 2023). A new answer goes
 * to the small ring. When it is the oldest there, it goes on to the main ring if it was asked for again, or if there is room anyway, and
 * otherwise it leaves. The oldest in the main ring goes back to the start if it was asked for again since it was last looked at. So names
 * that are asked for once, however many, only pass through the small ring, and nothing ever has to be sorted, compacted or searched for.
 * What is too old leaves as soon as it is the oldest.
 *
 * <p>Workers read without a lock: they copy what they find, and then see whether somebody has written meanwhile ({@link StampedLock}).
 */
final class Segment implements AutoCloseable {
    /** Why an answer was not kept. */
    static final int NOT_KEPT = -1;

    /** The bytes of memory for each bucket: about those of the usual entry. */
    private static final int BYTES_PER_BUCKET = 128;

    /** The part of the memory for entries that the small ring has. */
    private static final int SMALL_PART = 10;

    /** The part of the small ring that one entry may have. */
    private static final int LARGEST_PART = 4;

    /** Looks at the oldest entry in the main ring until it makes room for the next to be looked at, because moving it takes time. */
    private static final int LOOKS_PER_TURN = 8;

    /** Attempts to read without the lock. */
    private static final int ATTEMPTS = 16;

    private final StampedLock lock = new StampedLock();
    private final Traces traces;
    private final Entries entries;
    private final Ring small;
    private final Ring main;
    private boolean closed;
    private int looks;

    /** Of the answer that is being kept. */
    private long nowMillis;

    private long staleMillis;
    private int evicted;

    /**
     * @param memory at least 64 KiB, all zero, for it to use until it is closed
     */
    Segment(NativeMemory memory) {
        int length = memory.host().capacity();
        int buckets = Integer.highestOneBit(length / BYTES_PER_BUCKET);
        int entriesAt = buckets * Entries.BUCKET;
        int mainAt = entriesAt + (length - entriesAt) / SMALL_PART & -Entry.ALIGNMENT;
        this.traces = new Traces(memory.host(), buckets);
        this.entries = new Entries(memory, length, buckets, entriesAt);
        this.small = new Ring(entriesAt, mainAt);
        this.main = new Ring(mainAt, length & -Entry.ALIGNMENT);
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
        int size = answer.size();
        if (size > small.length() / LARGEST_PART) {
            return NOT_KEPT;
        }
        long stamp = lock.writeLock();
        try {
            nowMillis = answer.nowMillis();
            staleMillis = answer.staleMillis();
            evicted = 0;
            int former = entries.find(key);
            if (former == Entries.NONE) {
                add(key, answer, size, traces.takeFormer(key.hash()));
            } else if (isBetter(former, answer)) {
                return NOT_KEPT;
            } else {
                replace(former, key, answer, size);
            }
            return evicted;
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    /**
     * A failure does not take the place of an answer that may serve, nor an answer to who takes less that of one to who takes more, nor an
     * older one that of a newer one.
     */
    private boolean isBetter(int former, NewAnswer answer) {
        if (entries.is(former, Entry.FAILURE) || isTooOld(former, staleMillis)) {
            return false;
        }
        if (entries.storedMillis(former) > nowMillis) {
            return true;
        }
        return answer.reading().isFailure() || entries.limit(former) > answer.limit() && !isTooOld(former, 0);
    }

    private void replace(int former, Key key, NewAnswer answer, int size) {
        int inMain = entries.is(former, Entry.IN_MAIN) ? Entry.IN_MAIN : 0;
        if (entries.size(former) >= size && entries.size(former) < 2 * size) {
            entries.write(former, key, answer, inMain);
        } else {
            entries.kill(former);
            add(key, answer, size, inMain != 0);
        }
    }

    private void add(Key key, NewAnswer answer, int size, boolean inMain) {
        if (inMain) {
            makeRoomInMain(size);
            entries.add(main.add(size), size, key, answer, Entry.IN_MAIN);
        } else {
            while (!small.fits(size)) {
                leaveSmall();
            }
            entries.add(small.add(size), size, key, answer, 0);
        }
    }

    /** Removes the oldest entry from the small ring. */
    private void leaveSmall() {
        int at = small.oldest();
        int size = entries.size(at);
        if (!isGone(at)) {
            if (traces.takeAskedAgain(entries.hash(at)) || hasRoomInMain(size)) {
                makeRoomInMain(size);
                int to = main.add(size);
                entries.move(at, to);
                entries.set(to, Entry.IN_MAIN);
            } else {
                traces.leave(entries.hash(at));
                evict(at);
            }
        }
        small.removeOldest(size);
    }

    private void evict(int at) {
        entries.kill(at);
        evicted++;
    }

    /** Whether nothing in an entry may still serve. It can't be found then. */
    private boolean isGone(int at) {
        if (entries.is(at, Entry.DEAD)) {
            return true;
        }
        boolean isOver = isTooOld(at, entries.is(at, Entry.FAILURE) ? 0 : staleMillis);
        if (isOver) {
            entries.kill(at);
        }
        return isOver;
    }

    private boolean isTooOld(int at, long moreMillis) {
        return nowMillis - entries.storedMillis(at) >= entries.lifeSeconds(at) * 1_000L + moreMillis;
    }

    /**
     * Whether the main ring has room without anything leaving that may still serve. If not, its oldest entry is looked at: it
     * leaves, or goes back to the start as it is after some looks, so that sooner or later all that are too old have left.
     */
    private boolean hasRoomInMain(int size) {
        if (!main.fits(size)) {
            int oldest = main.oldest();
            if (isGone(oldest)) {
                main.removeOldest(entries.size(oldest));
            } else if (++looks % LOOKS_PER_TURN == 0) {
                turn(oldest);
            }
        }
        return main.fits(size);
    }

    private void makeRoomInMain(int size) {
        while (!main.fits(size)) {
            int oldest = main.oldest();
            if (isGone(oldest)) {
                main.removeOldest(entries.size(oldest));
            } else if (traces.takeAskedAgain(entries.hash(oldest))) {
                turn(oldest);
            } else {
                evict(oldest);
                main.removeOldest(entries.size(oldest));
            }
        }
    }

    /** Moves the oldest entry of the main ring to the start. It fits there, because it leaves first. */
    private void turn(int at) {
        int size = entries.size(at);
        main.removeOldest(size);
        entries.move(at, main.add(size));
    }

    /** Shows each answer. */
    void forEach(Consumer<Kept> consumer, long now) {
        long stamp = lock.readLock();
        try {
            if (!closed) {
                entries.forEach(at -> consumer.accept(entries.describe(at, now)));
            }
        } finally {
            lock.unlockRead(stamp);
        }
    }

    /** Removes the answers that a predicate accepts, and returns how many that were. */
    long remove(Predicate<Kept> which, long now) {
        long stamp = lock.writeLock();
        try {
            long before = entries.count();
            if (!closed) {
                entries.forEach(at -> {
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

    void forEachStored(Consumer<StoredAnswer> visitor) {
        long stamp = lock.readLock();
        try {
            if (!closed) {
                entries.forEach(at -> visitor.accept(entries.stored(at)));
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
