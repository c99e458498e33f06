package org.waymark.cache;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.waymark.dns.SipHash;

/**
 * The answers that are kept for all workers, outside of the Java heap, in as many bytes as the configuration says. Any thread may call the
 * methods; {@link CacheAccess} is a worker's way to the answers. The memory is used as answers come.
 */
public final class AnswerCache implements AutoCloseable {
    private static final int SEGMENT_BYTES = 1 << 20;

    /** With more memory, segments are larger. */
    private static final int MOST_SEGMENTS = 256;

    private final long size;
    private final SipHash hashes;
    private final List<Segment> segments;

    /**
     * @param size the bytes of memory, 0 for no cache, or 1 MiB to 256 GiB
     * @param hashes by which answers are found
     */
    public AnswerCache(long size, SipHash hashes) {
        this.size = size;
        this.hashes = hashes;
        List<Segment> all = new ArrayList<>();
        long count = Math.min(MOST_SEGMENTS, Long.highestOneBit(size / SEGMENT_BYTES));
        for (int i = 0; i < count; i++) {
            all.add(new Segment((int) Math.min(Integer.MAX_VALUE, size / count)));
        }
        this.segments = List.copyOf(all);
    }

    /**
     * @return the bytes of memory that it may take; 0 if nothing is kept
     */
    public long size() {
        return size;
    }

    /**
     * @return the bytes of memory that answers occupy
     */
    public long used() {
        return segments.stream().mapToLong(Segment::bytes).sum();
    }

    /**
     * @return how many answers there are
     */
    public long entries() {
        return segments.stream().mapToLong(Segment::count).sum();
    }

    /**
     * Shows what there is, in no order. Answers are found meanwhile, but none is kept in the part that is looked at.
     *
     * @param consumer gets each answer
     */
    public void forEach(Consumer<Kept> consumer) {
        long now = nowMillis(System.nanoTime());
        segments.forEach(segment -> segment.forEach(consumer, now));
    }

    /**
     * Removes answers.
     *
     * @param which true for those to be removed; answers can't be kept or found while it looks at some
     * @return how many were removed
     */
    public long remove(Predicate<Kept> which) {
        long now = nowMillis(System.nanoTime());
        return segments.stream()
                .mapToLong(segment -> segment.remove(which, now))
                .sum();
    }

    static long nowMillis(long nanoTime) {
        return TimeUnit.NANOSECONDS.toMillis(nanoTime);
    }

    SipHash hashes() {
        return hashes;
    }

    Segment segment(long hash) {
        return segments.get((int) (hash >>> Long.SIZE - Byte.SIZE) & segments.size() - 1);
    }

    /** Frees the memory. No worker may use it any more; who lists what there is finds nothing. */
    @Override
    public void close() {
        segments.forEach(Segment::close);
    }
}
