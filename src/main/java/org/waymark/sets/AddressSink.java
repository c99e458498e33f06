package org.waymark.sets;

import java.util.function.Consumer;

/** Takes in addresses that clients are about to learn. Thread-safe. */
public interface AddressSink {
    /**
     * Sees to it that addresses are in sets for as long as the answer may be kept, and some time more.
     *
     * @param addition the addresses and the sets
     * @param done told once, on another thread, unless this returns true: whether the kernel has acknowledged them within 50 ms
     * @return whether all are there already, for long enough: the answer may leave at once, and {@code done} is not called
     */
    boolean add(Addition addition, Consumer<Boolean> done);
}
