package org.waymark.sets;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Finds what somebody else has removed from a set and what must go in again: single keys, or all of a former generation.
 *
 * <p>Only the writer's thread uses it.
 */
final class Repairs {
    private final ServedSet set;
    private final Deque<Key> lost = new ArrayDeque<>();
    private Iterator<Map.Entry<Key, Element>> rest;
    private int generation;

    Repairs(ServedSet set) {
        this.set = set;
    }

    /** Somebody else has removed a key. */
    void lose(Key key) {
        Element element = set.elements().get(key);
        if (element != null) {
            element.lost();
            lost.add(key);
        }
    }

    /** Begins anew, because the set has not taken what was found. */
    void restart() {
        generation = 0;
    }

    /**
     * Finds more that is missing.
     *
     * @param current the set's generation
     * @param now as {@link System#nanoTime} counts
     * @param found takes it, up to {@link NftSets#MOST_ELEMENTS}
     */
    void find(int current, long now, List<Wish> found) {
        if (generation != current) {
            generation = current;
            rest = set.elements().entrySet().iterator();
            lost.clear();
        }
        while (found.size() < NftSets.MOST_ELEMENTS && !lost.isEmpty()) {
            Key key = lost.remove();
            add(key, set.elements().get(key), now, found);
        }
        while (found.size() < NftSets.MOST_ELEMENTS && rest.hasNext()) {
            Map.Entry<Key, Element> each = rest.next();
            add(each.getKey(), each.getValue(), now, found);
        }
    }

    private void add(Key key, Element element, long now, List<Wish> found) {
        if (element != null && !element.isThere(generation) && element.until() - now > 0) {
            found.add(new Wish(key, element.until(), null));
        }
    }
}
