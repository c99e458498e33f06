package org.waymark.lab;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waiting for something to become true, which has a limit and is looked at often. */
public final class Waiting {
    /**
     * For what a machine with nothing else to do sees in a moment, or after a time of the forwarder's that is shorter by far: many times
     * that, so that no test fails because a machine is slow or busy.
     */
    public static final Duration PATIENCE = Duration.ofSeconds(60);

    private Waiting() {}

    /** Waits until a condition holds, and fails if it does not in this time. */
    public static void until(Duration patience, String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within " + patience + ": " + what);
            }
            briefly();
        }
    }

    static void briefly() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
