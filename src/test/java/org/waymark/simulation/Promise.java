package org.waymark.simulation;

/** Checks what must always hold. */
final class Promise {
    private Promise() {}

    /**
     * @param broken how it was broken, a format as for {@link String#format}
     */
    @SuppressWarnings("AnnotateFormatMethod") // The annotation would be the only use of a library.
    static void hold(boolean kept, String broken, Object... details) {
        if (!kept) {
            throw new AssertionError(broken.formatted(details));
        }
    }
}
