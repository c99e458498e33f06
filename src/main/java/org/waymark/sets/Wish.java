package org.waymark.sets;

/**
 * A key that should be in a set.
 *
 * @param key the key
 * @param until until when, as {@link System#nanoTime} counts
 * @param held the answer that waits for it; null if the set had it before
 */
record Wish(Key key, long until, HeldAnswer held) {
    void fulfilled() {
        if (held != null) {
            held.acknowledged();
        }
    }
}
