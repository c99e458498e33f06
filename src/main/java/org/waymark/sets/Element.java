package org.waymark.sets;

/** What is known of a key that has been put into a set. Only the writer's thread changes it, but for {@link #lost}. */
final class Element {
    /** No generation of a set. */
    private static final int NONE = 0;

    private volatile long until;
    private volatile int generation;
    private volatile boolean renewing;

    /**
     * The kernel has acknowledged it.
     *
     * @param end until when the set holds it, as {@link System#nanoTime} counts
     * @param generationThen the set's generation before it was sent
     */
    void acknowledged(long end, int generationThen) {
        until = end;
        generation = generationThen;
        renewing = false;
    }

    /** Somebody else has removed it. */
    void lost() {
        generation = NONE;
    }

    /** Until when it has been promised to be there. */
    long until() {
        return until;
    }

    /** Whether it is there, as far as anybody knows. */
    boolean isThere(int currentGeneration) {
        return generation == currentGeneration;
    }

    /** Whether its renewal is still to be asked for; it is, from now on. */
    boolean asksForRenewal() {
        if (renewing) {
            return false;
        }
        renewing = true;
        return true;
    }
}
