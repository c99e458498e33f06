package org.waymark.accounts;

import java.util.Arrays;
import java.util.Optional;
import org.waymark.firewall.CountedLeg;
import org.waymark.firewall.CountingSets;
import org.waymark.linux.LinuxException;

/** All elements of one set, read while nobody exchanged the set. */
final class Reading {
    private static final int PER_ELEMENT = 3;

    private final String set;
    private long[] elements = new long[64 * PER_ELEMENT];
    private int used;

    private Reading(String set) {
        this.set = set;
    }

    /** Reads the set of a leg; empty if there is none, or if it was exchanged meanwhile. */
    static Optional<Reading> of(CountingSets sets, CountedLeg leg) throws LinuxException {
        Optional<String> before = sets.find(leg);
        if (before.isEmpty()) {
            return Optional.empty();
        }
        Reading reading = new Reading(before.get());
        sets.read(leg, reading::add);
        return sets.find(leg).equals(before) ? Optional.of(reading) : Optional.empty();
    }

    private void add(int mark, long bytes, long packets) {
        if (used == elements.length) {
            elements = Arrays.copyOf(elements, 2 * used);
        }
        elements[used++] = mark;
        elements[used++] = bytes;
        elements[used++] = packets;
    }

    /** How many elements there were. */
    int size() {
        return used / PER_ELEMENT;
    }

    /** The identity of the set. */
    String set() {
        return set;
    }

    /**
     * Adds what has come since the last reading to the sums.
     *
     * @return whether anything has
     */
    boolean enter(CountedLeg leg, Ledger ledger) {
        boolean isChanged = false;
        for (int at = 0; at < used; at += PER_ELEMENT) {
            isChanged |= ledger.show(leg, (int) elements[at], elements[at + 1], elements[at + 2]);
        }
        return isChanged;
    }
}
