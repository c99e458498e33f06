package org.waymark.loop;

/** The thread of a worker, and its clock. Everything here is called on that thread, and runs its tasks there, one after the other. */
public interface Loop {
    /**
     * @return the time in nanoseconds; as with {@link System#nanoTime} only differences mean something
     */
    long nanoTime();

    /**
     * @param task what to do when what is running now has ended
     */
    void execute(Runnable task);

    /**
     * @param task what to do once
     * @param delayNanos after how many nanoseconds
     */
    void schedule(Runnable task, long delayNanos);

    /**
     * @param task what to do again and again; if it throws, that is logged, and it is done again all the same
     * @param periodNanos from the end of one time to the next, in nanoseconds
     * @return ends it
     */
    Repetition repeat(Runnable task, long periodNanos);

    /** A task that is done again and again. */
    interface Repetition {
        /** Does it no more. A second call does nothing. */
        void stop();
    }
}
