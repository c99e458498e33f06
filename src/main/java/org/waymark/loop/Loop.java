package org.waymark.loop;

/**
 * The event loop of a worker, with its clock. All methods except {@link #execute} must be called on the worker's thread,
 * which also runs the tasks, one after the other.
 */
public interface Loop {
    /**
     * @return the time in nanoseconds; as with {@link System#nanoTime}, only differences have a meaning
     */
    long nanoTime();

    /**
     * Any thread may call this.
     *
     * @param task is run after the current task has ended
     */
    void execute(Runnable task);

    /**
     * @param task is run once
     * @param delayNanos the delay in nanoseconds
     */
    void schedule(Runnable task, long delayNanos);

    /**
     * @param task is run again and again; an exception from it is logged and does not stop the repetition
     * @param periodNanos the time from one run to the next, in nanoseconds
     * @return the repetition, to stop it
     */
    Repetition repeat(Runnable task, long periodNanos);

    /** A task that is run again and again. */
    interface Repetition {
        /** Stops the repetition. A second call does nothing. */
        void stop();
    }
}
