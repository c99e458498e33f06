package org.waymark.cache;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.waymark.dns.KeepableAnswer;
import org.waymark.dns.SipHash;
import org.waymark.dns.WireMessage;
import org.waymark.linux.NativeBlocks;

/**
 * The answers that are kept for all workers, outside of the Java heap, in as many bytes as the configuration says. Any thread may call the
 * methods; {@link CacheAccess} is a worker's way to the answers. The memory is used as answers come.
 */
public final class AnswerCache implements AutoCloseable {
    private static final int SEGMENT_BYTES = 1 << 20;

    /** With more memory, segments are larger. */
    private static final int MOST_SEGMENTS = 256;

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final long size;
    private final SipHash hashes;
    private final NativeBlocks memory;
    private final List<Segment> segments;

    /**
     * @param size the bytes of memory, 0 for no cache, or 1 MiB to 256 GiB
     * @param hashes by which answers are found
     */
    public AnswerCache(long size, SipHash hashes) {
        this.size = size;
        this.hashes = hashes;
        int count = (int) Math.min(MOST_SEGMENTS, Long.highestOneBit(size / SEGMENT_BYTES));
        int length = (int) Math.min(Integer.MAX_VALUE, size / Math.max(1, count));
        this.memory = NativeBlocks.allocate(count, length);
        this.segments = memory.blocks().stream().map(Segment::new).toList();
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
     * Shows what there is, in no order. Answers are found and kept meanwhile.
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
     * @param which true for those to be removed; answers near those that it looks at can't be kept or found meanwhile
     * @return how many were removed
     */
    public long remove(Predicate<Kept> which) {
        long now = nowMillis(System.nanoTime());
        return segments.stream()
                .mapToLong(segment -> segment.remove(which, now))
                .sum();
    }

    /** Sees all answers. None can be kept or found while the visitor looks at some. */
    void forEachStored(Consumer<StoredAnswer> visitor) {
        segments.forEach(segment -> segment.forEachStored(visitor));
    }

    /** Keeps an answer that was in a cache before; false if it can't be, or there is a newer one. */
    boolean keep(StoredAnswer stored) {
        WireMessage message = WireMessage.of(stored.message());
        KeepableAnswer reading = new KeepableAnswer();
        if (segments.isEmpty() || !reading.read(message)) {
            return false;
        }
        Key key = new Key();
        key.of(hashes, stored.view(), stored.variant(), message);
        NewAnswer answer =
                new NewAnswer(message, reading, stored.lifeSeconds(), stored.limit(), stored.storedMillis(), 0);
        return segment(key.hash()).keep(key, answer) != Segment.NOT_KEPT;
    }

    static long nowMillis(long nanoTime) {
        return nanoTime / NANOS_PER_MILLI;
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
        memory.close();
    }
}
