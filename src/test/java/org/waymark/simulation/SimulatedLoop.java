package org.waymark.simulation;

import java.util.ArrayDeque;
import java.util.PriorityQueue;
import org.waymark.loop.Loop;

/** A loop whose time passes only as far as its tasks do: what is due next comes next, whatever lies between. */
final class SimulatedLoop implements Loop {
    private record Due(long atNanos, long number, Runnable task) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            int order = Long.compare(atNanos, other.atNanos);
            return order == 0 ? Long.compare(number, other.number) : order;
        }
    }

    private final PriorityQueue<Due> due = new PriorityQueue<>();
    private final ArrayDeque<Runnable> next = new ArrayDeque<>();
    private long now;
    private long number;

    /** The first instants of a clock that starts anywhere, and may well pass Long.MAX_VALUE soon. */
    SimulatedLoop(long now) {
        this.now = now;
    }

    @Override
    public long nanoTime() {
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

    /** Lets time pass, and runs all that is due meanwhile. */
    void run(long nanos) {
        long end = now + nanos;
        runNext();
        while (!due.isEmpty() && due.peek().atNanos() <= end) {
            Due first = due.poll();
            now = first.atNanos();
            first.task().run();
            runNext();
        }
        now = end;
    }

    private void runNext() {
        for (Runnable task = next.poll(); task != null; task = next.poll()) {
            task.run();
        }
    }
}
