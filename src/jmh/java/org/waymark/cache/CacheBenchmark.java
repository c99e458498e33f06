package org.waymark.cache;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Set;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.waymark.dns.QueryReader;
import org.waymark.dns.SipHash;
import org.waymark.dns.WireMessage;
import org.waymark.metrics.Counters;

/** Finding an answer in the cache, and keeping one, among so many. */
@State(Scope.Thread)
public class CacheBenchmark {
    private static final long VIEW = Views.view(1, 0x89);
    private static final int LIMIT = 1_232;
    private static final int NUMBER = 13;
    private static final byte[] QUERY = {
        0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 7, 'e', 'x', 'a', 'm', 'p', 'l', 'e', 0, 0, 1, 0,
        1
    };
    private static final byte[] RECORD = {(byte) 0xc0, 12, 0, 1, 0, 1, 0, 0, 1, 0, 0, 4, 10, 0, 0, 1};

    @Param({"1000", "100000"})
    private int answers;

    private final SplittableRandom random = new SplittableRandom(1);
    private final ByteBuffer queryBytes =
            ByteBuffer.allocateDirect(QUERY.length).put(0, QUERY);
    private final ByteBuffer answerBytes =
            ByteBuffer.allocateDirect(QUERY.length + RECORD.length).put(0, QUERY);
    private final WireMessage query = new WireMessage().at(queryBytes, 0, QUERY.length);
    private final WireMessage answer = new WireMessage().at(answerBytes, 0, QUERY.length + RECORD.length);
    private AnswerCache cache;
    private CacheAccess access;
    private final Key key = new Key();

    @Setup
    public void fill() {
        new QueryReader().read(query);
        answerBytes.put(2, (byte) 0x80).put(7, (byte) 1).put(QUERY.length, RECORD);
        cache = new AnswerCache(64 << 20, new SipHash(1, 2));
        access = new CacheAccess(
                cache, CacheRules.of(Duration.ZERO, Duration.ofDays(1), Duration.ZERO, Set.of()), new Counters());
        for (int number = 0; number < answers; number++) {
            keep(number);
        }
    }

    @TearDown
    public void free() {
        cache.close();
    }

    /** An answer that is there. */
    @Benchmark
    public WireMessage hit() {
        return find(random.nextInt(answers));
    }

    /** One that is not. */
    @Benchmark
    public WireMessage miss() {
        return find(answers + random.nextInt(answers));
    }

    /** A new answer in place of one that is there. */
    @Benchmark
    public void replace() {
        keep(random.nextInt(answers));
    }

    private WireMessage find(int number) {
        write(number, queryBytes);
        return access.find(access.key(key, VIEW, 0, query), query, LIMIT, 0);
    }

    private void keep(int number) {
        write(number, queryBytes);
        write(number, answerBytes);
        access.keep(access.key(key, VIEW, 0, query), answer, LIMIT, 0);
    }

    /** As eight small letters, four bits each. */
    private static void write(int number, ByteBuffer message) {
        for (int i = 0; i < 8; i++) {
            message.put(NUMBER + i, (byte) ('a' + (number >>> 4 * i & 0xf)));
        }
    }
}
