package org.waymark.cache;

/**
 * Where the entries of a segment are, and which of them leave when there is no more room. All of it is done under the segment's lock.
 *
 * <p>What leaves is chosen as S3-FIFO does (Yang and others, "FIFO queues are all you need for cache eviction", 2023). A new answer goes
 * to the small ring. When it is the oldest there, it goes on to the main ring if it was asked for again, or if there is room anyway, and
 * otherwise it leaves. The oldest in the main ring goes back to the start if it was asked for again since it was last looked at. So names
 * that are asked for once, however many, only pass through the small ring, and nothing ever has to be sorted, compacted or searched for.
 * What is too old leaves as soon as it is the oldest.
 */
final class Rings {
    /** The part of the memory for entries that the small ring has. */
    private static final int SMALL_PART = 10;

    /** The part of the small ring that one entry may have. */
    private static final int LARGEST_PART = 4;

    /** Looks at the oldest entry in the main ring until it makes room for the next to be looked at, because moving it takes time. */
    private static final int LOOKS_PER_TURN = 8;

    private final Entries entries;
    private final Traces traces;
    private final Ring small;
    private final Ring main;
    private int looks;

    /** Of the answer that is being kept. */
    private long nowMillis;

    private long staleMillis;
    private int evicted;

    /**
     * @param start where the first entry may be
     * @param end where the memory ends
     */
    Rings(Entries entries, Traces traces, int start, int end) {
        int mainAt = start + (end - start) / SMALL_PART & -Entry.ALIGNMENT;
        this.entries = entries;
        this.traces = traces;
        this.small = new Ring(start, mainAt);
        this.main = new Ring(mainAt, end & -Entry.ALIGNMENT);
    }

    /** Whether there is room for an entry of this size at all. */
    boolean hold(int size) {
        return size <= small.length() / LARGEST_PART;
    }

    /**
     * Keeps an answer.
     *
     * @param former the entry with the same key, or {@link Entries#NONE}
     * @return how many answers have left for it that were not too old
     */
    int keep(int former, Key key, NewAnswer answer) {
        nowMillis = answer.nowMillis();
        staleMillis = answer.staleMillis();
        evicted = 0;
        if (former == Entries.NONE) {
            add(key, answer, answer.size(), traces.takeFormer(key.hash()));
        } else {
            replace(former, key, answer, answer.size());
        }
        return evicted;
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
        boolean isOver = entries.isTooOld(at, nowMillis, entries.is(at, Entry.FAILURE) ? 0 : staleMillis);
        if (isOver) {
            entries.kill(at);
        }
        return isOver;
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
}
