package org.waymark.loop;

/**
 * Runs a task once at the end of the event loop's turn, however often it was asked for in it: after all sockets that were
 * ready have been read. So what they gave rise to is handed to the kernel together.
 */
public final class EndOfTurn implements Runnable {
    private final Loop loop;
    private final Runnable task;
    private boolean requested;

    /**
     * @param loop the event loop, on which everything here runs
     * @param task what to do
     */
    public EndOfTurn(Loop loop, Runnable task) {
        this.loop = loop;
        this.task = task;
    }

    /** Asks for the task. */
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
