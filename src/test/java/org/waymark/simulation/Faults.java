package org.waymark.simulation;

import java.util.random.RandomGenerator;

/** How likely each failure of the host is now, from 0 to 1. */
final class Faults {
    private final RandomGenerator random;

    /** No descriptor is left for a socket. */
    double noFiles;

    /** A socket can't be registered with epoll. */
    double notWatched;

    /** The kernel does not take a datagram. */
    double notSent;

    /** Conntrack does not delete a connection. */
    double notForgotten;

    Faults(RandomGenerator random) {
        this.random = random;
    }

    boolean happens(double probability) {
        return probability > 0 && random.nextDouble() < probability;
    }

    /** From now on anything may go wrong, or nothing. */
    void change() {
        noFiles = oftenNone();
        notWatched = oftenNone();
        notSent = oftenNone();
        notForgotten = oftenNone();
    }

    private double oftenNone() {
        return switch (random.nextInt(8)) {
            case 0 -> 1;
            case 1, 2 -> random.nextDouble() / 2;
            default -> 0;
        };
    }

    /** From now on no socket can be used. */
    void everySocket() {
        notWatched = 1;
    }

    /** From now on nothing goes wrong. */
    void end() {
        noFiles = 0;
        notWatched = 0;
        notSent = 0;
        notForgotten = 0;
    }
}
