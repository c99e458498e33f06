package org.waymark.worker;

import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** Finds out whether the workers' loops turn, by giving each of them something to do. */
final class LoopCheck implements BooleanSupplier {
    private final List<? extends Executor> loops;
    private final AtomicInteger awaited = new AtomicInteger();

    /**
     * @param loops run what they are given, each on its own thread
     */
    LoopCheck(List<? extends Executor> loops) {
        this.loops = List.copyOf(loops);
    }

    /** Whether each loop has turned since this was called last. One that has not is not asked again before it has. */
    @Override
    public boolean getAsBoolean() {
        if (awaited.get() > 0) {
            return false;
        }
        awaited.set(loops.size());
        loops.forEach(loop -> loop.execute(awaited::decrementAndGet));
        return true;
    }
}
