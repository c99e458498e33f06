package org.waymark.cache;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.waymark.dns.DomainName;
import org.waymark.dns.KeepableAnswer;
import org.waymark.dns.SipHash;
import org.waymark.dns.WireMessage;
import org.waymark.linux.NativeMemory;

class SegmentTest {
    private static final int BYTES = 1 << 20;
    private static final int LIMIT = 1232;
    private static final int LIFE_SECONDS = 1_000;

    private final SipHash hashes = new SipHash(3, 4);
    private final NativeMemory memory = NativeMemory.allocate(BYTES);
    private final Segment segment = new Segment(memory);

    @AfterEach
    void freeTheMemory() {
        segment.close();
        memory.close();
    }

    private static WireMessage query(int number) {
        return WireMessage.queryFor(DomainName.parse("name" + number + ".example"));
    }

    private Key key(WireMessage query, long view) {
        Key key = new Key();
        key.of(hashes, view, 0, query);
        return key;
    }

    /** An answer without records and with padding after it that tells its view and version. */
    private static WireMessage answer(WireMessage query, long view, int version, int padding) {
        ByteBuffer bytes = ByteBuffer.allocate(query.length() + padding + 2 * Long.BYTES);
        bytes.put(query.view());
        while (bytes.remaining() > Long.BYTES) {
            bytes.put((byte) version);
        }
        bytes.putLong(view);
        return WireMessage.of(bytes.array());
    }

    private int keep(WireMessage query, long view, WireMessage answer, long now) {
        KeepableAnswer reading = new KeepableAnswer();
        reading.read(answer);
        return segment.keep(key(query, view), new NewAnswer(answer, reading, LIFE_SECONDS, LIMIT, now, 0));
    }

    private static byte[] found(FoundAnswer found) {
        byte[] bytes = new byte[found.length];
        found.bytes.get(found.start(), bytes);
        return bytes;
    }

    @Test
    void whatIsFoundIsWhatWasKeptLast() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        Map<Integer, byte[]> model = new HashMap<>();
        FoundAnswer found = new FoundAnswer();
        int hits = 0;
        for (int i = 0; i < 300_000; i++) {
            int number = (int) Math.abs(random.nextGaussian() * 6_000);
            WireMessage query = query(number);
            if (segment.find(key(query, 7), found)) {
                assertArrayEquals(model.get(number), found(found), () -> "seed " + seed + ", name " + number);
                hits++;
            }
            if (random.nextInt(3) == 0) {
                WireMessage answer = answer(query, 7, i, random.nextInt(400));
                keep(query, 7, answer, 0);
                model.put(number, answer.bytes());
            } else if (random.nextInt(20) == 0) {
                segment.askAgain(key(query, 7));
            }
        }
        assertTrue(hits > 10_000, "only " + hits + " hits");
        assertTrue(segment.bytes() <= BYTES);
        assertTrue(segment.count() > 2_000, "only " + segment.count() + " answers");
    }

    @Test
    void aScanLeavesWhatWasAskedForAgain() {
        int hot = 500;
        FoundAnswer found = new FoundAnswer();
        for (int i = 0; i < hot; i++) {
            keep(query(i), 7, answer(query(i), 7, i, 100), 0);
            segment.askAgain(key(query(i), 7));
        }
        for (int i = hot; i < 200_000; i++) {
            keep(query(i), 7, answer(query(i), 7, i, 100), 0);
        }
        int left = 0;
        for (int i = 0; i < hot; i++) {
            left += segment.find(key(query(i), 7), found) ? 1 : 0;
        }
        assertEquals(hot, left);
    }

    @Test
    void whatIsTooOldLeavesFirst() {
        int old = 3_000;
        for (int i = 0; i < old; i++) {
            keep(query(i), 7, answer(query(i), 7, i, 100), 0);
            segment.askAgain(key(query(i), 7));
        }
        long later = LIFE_SECONDS * 1_000L;
        int evicted = 0;
        for (int i = old; i < 2 * old; i++) {
            evicted += keep(query(i), 7, answer(query(i), 7, i, 100), later);
        }
        for (int i = 2 * old; i < 20_000; i++) {
            keep(query(i), 7, answer(query(i), 7, i, 100), later);
        }
        FoundAnswer found = new FoundAnswer();
        int left = 0;
        for (int i = 0; i < old; i++) {
            left += segment.find(key(query(i), 7), found) ? 1 : 0;
        }
        assertEquals(0, left);
        assertTrue(evicted < old / 10, evicted + " fresh answers have left while there were old ones");
    }

    /** Each answer tells its view: whoever reads while others write sees that of his own, whole, or none. */
    @Test
    void readersNeverSeeAnotherAnswerNorHalfOfOne() throws InterruptedException, ExecutionException {
        AtomicBoolean over = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            Future<Integer> writer = threads.submit(() -> write(over));
            Callable<Integer> reading = () -> read(over);
            List<Future<Integer>> readers = List.of(threads.submit(reading), threads.submit(reading));
            assertTrue(writer.get() > 0);
            for (Future<Integer> reader : readers) {
                assertTrue(reader.get() > 0);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private int write(AtomicBoolean over) {
        Random random = new Random(1);
        int kept = 0;
        for (int i = 0; i < 300_000; i++) {
            WireMessage query = query(random.nextInt(50));
            long view = random.nextInt(100);
            kept += keep(query, view, answer(query, view, i, random.nextInt(600)), 0) >= 0 ? 1 : 0;
        }
        over.set(true);
        return kept;
    }

    private int read(AtomicBoolean over) {
        Random random = new Random();
        FoundAnswer found = new FoundAnswer();
        int hits = 0;
        while (!over.get()) {
            WireMessage query = query(random.nextInt(50));
            long view = random.nextInt(100);
            if (segment.find(key(query, view), found)) {
                ByteBuffer bytes = ByteBuffer.wrap(found(found));
                assertEquals(view, bytes.getLong(bytes.capacity() - Long.BYTES));
                byte version = bytes.get(query.length());
                for (int i = query.length(); i < bytes.capacity() - Long.BYTES; i++) {
                    assertEquals(version, bytes.get(i));
                }
                hits++;
            }
        }
        return hits;
    }
}
