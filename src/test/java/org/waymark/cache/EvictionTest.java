package org.waymark.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.waymark.dns.QueryReader;
import org.waymark.dns.SipHash;
import org.waymark.dns.WireMessage;
import org.waymark.metrics.Counters;

/** Which answers leave when there is no more room. */
class EvictionTest {
    private static final long VIEW = Views.view(1, 0x89);
    private static final int LIMIT = 1_232;

    /** Names of a scan; {@code -Dcache.scan=10000000} for as many as issue 15 has. */
    private static final int SCANNED = Integer.getInteger("cache.scan", 300_000);

    /** Questions by Zipf's law; {@code -Dcache.zipf=10000000} for more. */
    private static final int ASKED = Integer.getInteger("cache.zipf", 600_000);

    private static final int NAMES = 100_000;

    private static final CacheRules RULES = CacheRules.of(Duration.ZERO, Duration.ofDays(1), Duration.ZERO, Set.of());

    private final Messages messages = new Messages();

    private CacheAccess access(AnswerCache cache) {
        return new CacheAccess(cache, RULES, new Counters());
    }

    private boolean isFound(CacheAccess access, int number) {
        WireMessage query = messages.query(number);
        return access.find(access.key(new Key(), VIEW, 0, query), query, LIMIT, 0) != null;
    }

    private void keep(CacheAccess access, int number) {
        access.keep(access.key(new Key(), VIEW, 0, messages.query(number)), messages.answer(number), LIMIT, 0);
    }

    /** They are not even asked for meanwhile. */
    @Test
    void aScanLeavesTheHotNamesInPlace() {
        int hot = 1_000;
        try (AnswerCache cache = new AnswerCache(16 << 20, new SipHash(5, 6))) {
            CacheAccess access = access(cache);
            for (int number = 0; number < hot; number++) {
                keep(access, number);
                assertTrue(isFound(access, number));
            }
            for (int number = hot; number < hot + SCANNED; number++) {
                if (!isFound(access, number)) {
                    keep(access, number);
                }
            }
            assertTrue(cache.used() > cache.size() * 8 / 10, "only " + cache.used() + " bytes are used");
            long left = IntStream.range(0, hot)
                    .filter(number -> isFound(access, number))
                    .count();
            assertEquals(hot, left);
        }
    }

    /** Of a full cache it reads every bucket, also those whose first entry is the last in memory, and of more answers than it remembers. */
    @Test
    void lookingAheadChangesNothing() {
        try (AnswerCache cache = new AnswerCache(1 << 20, new SipHash(9, 10))) {
            CacheAccess access = access(cache);
            for (int number = 0; number < NAMES; number++) {
                keep(access, number);
            }
            long before = cache.entries();
            long found = countFound(access);
            for (int number = 0; number < NAMES; number++) {
                access.expect(access.key(new Key(), VIEW, 0, messages.query(number)));
                if (number % 100 == 0) {
                    access.lookAhead();
                }
            }
            assertEquals(before, cache.entries());
            assertEquals(found, countFound(access));
            assertEquals(found, before);
        }
    }

    private long countFound(CacheAccess access) {
        return IntStream.range(0, NAMES)
                .filter(number -> isFound(access, number))
                .count();
    }

    /** Compared with a list of the least recently used, which has as many bytes for entries as the cache has in all. */
    @Test
    void asManyQuestionsAreAnsweredAsByTheLeastRecentlyUsed() {
        long seed = System.nanoTime();
        System.out.println("EvictionTest seed " + seed);
        Random random = new Random(seed);
        double[] sums = new double[NAMES];
        double sum = 0;
        for (int i = 0; i < NAMES; i++) {
            sum += 1.0 / (1 + i);
            sums[i] = sum;
        }
        int hits = 0;
        int hitsOfList = 0;
        try (AnswerCache cache = new AnswerCache(1 << 20, new SipHash(7, 8))) {
            CacheAccess access = access(cache);
            LeastRecentlyUsed list = new LeastRecentlyUsed(cache.size());
            for (int i = 0; i < ASKED; i++) {
                int number = Math.abs(Arrays.binarySearch(sums, random.nextDouble() * sum) + 1) % NAMES;
                boolean isCounted = i > ASKED / 4;
                if (!isFound(access, number)) {
                    keep(access, number);
                } else if (isCounted) {
                    hits++;
                }
                if (list.ask(number, Entry.size(1, messages.answer(number).length())) && isCounted) {
                    hitsOfList++;
                }
            }
        }
        double counted = ASKED * 0.75;
        System.out.printf(
                "EvictionTest: %.2f %% of the questions were answered, and %.2f %% by the least recently used%n",
                100 * hits / counted, 100 * hitsOfList / counted);
        assertTrue(hits / counted > hitsOfList / counted - 0.01);
    }

    /** Entries of different sizes, of which the one that was asked for longest ago leaves first. */
    private static final class LeastRecentlyUsed {
        private final Map<Integer, Integer> sizes = new LinkedHashMap<>(1 << 14, 0.75f, true);
        private final long mostBytes;
        private long bytes;

        LeastRecentlyUsed(long mostBytes) {
            this.mostBytes = mostBytes;
        }

        /** Whether it was there; it is then. */
        boolean ask(int number, int size) {
            if (sizes.get(number) != null) {
                return true;
            }
            sizes.put(number, size);
            bytes += size;
            for (Iterator<Integer> oldest = sizes.values().iterator(); bytes > mostBytes; oldest.remove()) {
                bytes -= oldest.next();
            }
            return false;
        }
    }

    /** Queries for numbered names, and answers of 60 to 450 bytes. Each is made in the place of the one before. */
    private static final class Messages {
        private static final int NUMBER = 13;
        private static final byte[] QUERY = {
            0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 7, 'e', 'x', 'a', 'm', 'p', 'l', 'e', 0, 0,
            16, 0, 1
        };
        private static final byte[] RECORD = {(byte) 0xc0, 12, 0, 16, 0, 1, 0, 0, 1, 0, 0, 0};

        private final ByteBuffer queryBytes = ByteBuffer.allocateDirect(64).put(0, QUERY);
        private final ByteBuffer answerBytes = ByteBuffer.allocateDirect(1_000)
                .put(0, QUERY)
                .put(2, (byte) 0x80)
                .put(7, (byte) 1);
        private final WireMessage query = new WireMessage().at(queryBytes, 0, QUERY.length);
        private final WireMessage answer = new WireMessage();

        Messages() {
            new QueryReader().read(query);
            answerBytes.put(QUERY.length, RECORD);
        }

        WireMessage query(int number) {
            write(number, queryBytes);
            return query;
        }

        /** As eight small letters, four bits each. */
        private static void write(int number, ByteBuffer message) {
            for (int i = 0; i < 8; i++) {
                message.put(NUMBER + i, (byte) ('a' + (number >>> 4 * i & 0xf)));
            }
        }

        WireMessage answer(int number) {
            int data = 4 + Math.floorMod(number * 0x9e37_79b9, 390);
            write(number, answerBytes);
            answerBytes.putShort(QUERY.length + RECORD.length - Short.BYTES, (short) data);
            return answer.at(answerBytes, 0, QUERY.length + RECORD.length + data);
        }
    }
}
