package org.waymark.simulation;

/** What must hold whatever happens. */
final class Promise {
    private Promise() {}

    /**
     * @param broken says how it was broken, as {@link String#format} has it
     */
    @SuppressWarnings("AnnotateFormatMethod") // The annotation would be the only use of a library.
    static void hold(boolean kept, String broken, Object... details) {
        if (!kept) {
            throw new AssertionError(broken.formatted(details));
        }
    }
}
