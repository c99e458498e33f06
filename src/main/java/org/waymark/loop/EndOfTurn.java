package org.waymark.loop;

/**
 * Runs a task once at the end of the event loop's current turn, however often it was requested: after all sockets that
 * are ready have been read. So everything that results from them is handed to the kernel together.
 */
public final class EndOfTurn implements Runnable {
    private final Loop loop;
    private final Runnable task;
    private boolean requested;

    /**
     * @param loop the event loop; all methods must be called on it
     * @param task the task to run
     */
    public EndOfTurn(Loop loop, Runnable task) {
        this.loop = loop;
        this.task = task;
    }

    /** Requests the task for the end of this turn. */
    public void request() {
        if (!requested) {
            requested = true;
            loop.execute(this);
        }
    }

    @Override
    public void run() {
        requested = false;
        task.run();
    }
}
