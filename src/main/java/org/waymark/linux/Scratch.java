package org.waymark.linux;

import java.nio.ByteBuffer;

/** A thread's memory for the arguments of one call. */
record Scratch(NativeMemory memory) {
    static final int SIZE = 64;
    private static final ThreadLocal<Scratch> PER_THREAD =
            ThreadLocal.withInitial(() -> new Scratch(NativeMemory.allocate(SIZE)));

    static Scratch get() {
        return PER_THREAD.get();
    }

    long address() {
        return memory.address();
    }

    ByteBuffer host() {
        return memory.host();
    }
}
