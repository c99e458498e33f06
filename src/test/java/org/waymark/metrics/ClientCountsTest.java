package org.waymark.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ClientCountsTest {
    private static final long SEED = new Random().nextLong();

    private final ClientCounts counts = new ClientCounts();

    private record Counted(long queries, long surplus) {}

    private Map<Long, Counted> read() {
        Map<Long, Counted> read = new HashMap<>();
        counts.forEach((high, low, queries, surplus) -> {
            assertEquals(high, low, "half of one client and half of another");
            assertEquals(null, read.put(low, new Counted(queries, surplus)));
        });
        return read;
    }

    @Test
    void fewClientsAreCountedExactly() {
        for (int i = 0; i < 300; i++) {
            counts.add(i % 3, i % 3);
        }

        assertEquals(Map.of(0L, new Counted(100, 0), 1L, new Counted(100, 0), 2L, new Counted(100, 0)), read());
    }

    @Test
    void amongManyClientsTheBusiestAreThereAndTheirCountsAreNeverTooSmall() {
        Random random = new Random(SEED);
        Map<Long, Long> truth = new HashMap<>();
        for (int i = 0; i < 200_000; i++) {
            // One in two queries is of one of 16 clients, the others are of a new one each.
            long client = random.nextBoolean() ? random.nextInt(16) : 1_000 + i;
            counts.add(client, client);
            truth.merge(client, 1L, Long::sum);
        }

        Map<Long, Counted> read = read();
        for (long client = 0; client < 16; client++) {
            Counted counted = read.get(client);
            long exact = truth.get(client);
            assertTrue(counted.queries() >= exact, "seed " + SEED);
            assertTrue(counted.queries() - counted.surplus() <= exact, "seed " + SEED);
            assertTrue(counted.surplus() < exact / 5, () -> counted + " of " + exact + ", seed " + SEED);
        }
    }

    @Test
    void aReaderNeverSeesHalfOfAClient() throws InterruptedException {
        AtomicBoolean stop = new AtomicBoolean();
        Thread writer = new Thread(() -> {
            Random random = new Random(SEED);
            while (!stop.get()) {
                long client = random.nextLong();
                counts.add(client, client);
            }
        });
        writer.start();
        try {
            for (int i = 0; i < 200; i++) {
                read();
            }
        } finally {
            stop.set(true);
            writer.join();
        }
    }
}
