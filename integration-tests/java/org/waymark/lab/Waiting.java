package org.waymark.lab;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waiting for something to become true, which has a limit and is looked at often. */
public final class Waiting {
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
