package org.waymark.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PeriodicTest {
    @Test
    void nothingRunsAnyMoreWhenItIsClosed() throws Exception {
        AtomicInteger begun = new AtomicInteger();
        AtomicInteger ended = new AtomicInteger();
        CountDownLatch running = new CountDownLatch(1);
        Periodic periodic = new Periodic("test");
        periodic.every(1, TimeUnit.MICROSECONDS, () -> {
            begun.incrementAndGet();
            running.countDown();
            ended.incrementAndGet();
        });
        running.await();
        periodic.close();
        int atTheEnd = begun.get();
        assertEquals(atTheEnd, ended.get());
    }

    @Test
    void whatFailsIsDoneAgain() throws Exception {
        CountDownLatch twice = new CountDownLatch(2);
        try (Periodic periodic = new Periodic("test")) {
            periodic.every(1, TimeUnit.MICROSECONDS, () -> {
                twice.countDown();
                throw new IllegalStateException("on purpose");
            });
            twice.await();
        }
    }
}
