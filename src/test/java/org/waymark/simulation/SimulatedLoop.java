package org.waymark.simulation;

import java.util.ArrayDeque;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.waymark.loop.Loop;

/** A loop whose time passes only with its tasks: it jumps to the next task that is due, however far away that is. */
final class SimulatedLoop implements Loop {
    private record Due(long atNanos, long number, Runnable task) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            int order = Long.compare(atNanos, other.atNanos);
            return order == 0 ? Long.compare(number, other.number) : order;
        }
    }

    private static final long WORK_NANOS = 1_000;
    private static final long HELD_UP_NANOS = TimeUnit.MILLISECONDS.toNanos(15);
    private static final int HELD_UP_ONCE_IN = 1_000;

    private final RandomGenerator random;
    private final PriorityQueue<Due> due = new PriorityQueue<>();
    private final ArrayDeque<Runnable> next = new ArrayDeque<>();
    private long now;
    private long number;

    SimulatedLoop(RandomGenerator random) {
        this.random = random;
        this.now = random.nextLong() >> 8;
    }

    /** What time it is, without any work that takes some. */
    long now() {
        return now;
    }

    /** Work takes time, too, and sometimes another process has the processor. */
    @Override
    public long nanoTime() {
        now += random.nextInt(HELD_UP_ONCE_IN) == 0 ? HELD_UP_NANOS : WORK_NANOS;
        return now;
    }

    @Override
    public void execute(Runnable task) {
        next.add(task);
    }

    @Override
    public void schedule(Runnable task, long delayNanos) {
        due.add(new Due(now + Math.max(0, delayNanos), number++, task));
    }

    @Override
    public Repetition repeat(Runnable task, long periodNanos) {
        boolean[] stopped = {false};
        schedule(
                new Runnable() {
                    @Override
                    public void run() {
                        if (!stopped[0]) {
                            task.run();
                            schedule(this, periodNanos);
                        }
                    }
                },
                periodNanos);
        return () -> stopped[0] = true;
    }

    /** Lets time pass, and runs everything that is due meanwhile. */
    void run(long nanos) {
        long end = now + nanos;
        runNext();
        while (!due.isEmpty() && due.peek().atNanos() <= end) {
            Due first = due.poll();
            now = Math.max(now, first.atNanos());
            first.task().run();
            runNext();
        }
        now = Math.max(now, end);
    }

    private void runNext() {
        for (Runnable task = next.poll(); task != null; task = next.poll()) {
            task.run();
        }
    }
}
