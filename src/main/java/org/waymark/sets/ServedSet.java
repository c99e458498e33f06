package org.waymark.sets;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What is known of a set, for all threads. Whenever somebody else has changed the set, a new generation of it begins; what was put in
 * before counts as gone until it has been put in again.
 */
final class ServedSet {
    private final SetName name;
    private final Map<Key, Element> elements = new ConcurrentHashMap<>();
    private final AtomicInteger generation = new AtomicInteger(1);
    private volatile SetType type;

    /** What is to be done about an answer. */
    enum Need {
        /** The answer may leave. */
        NOTHING,
        /** The answer may leave, but an address ends before long. */
        RENEWAL,
        /** An address is not there, or not for long enough. */
        ADDITION
    }

    ServedSet(SetName name) {
        this.name = name;
    }

    SetName name() {
        return name;
    }

    /** Its type; null as long as it was never seen. */
    SetType type() {
        return type;
    }

    /** The set is of this type now. Returns whether it was of another one, whose keys are forgotten. */
    boolean become(SetType current) {
        boolean differs = type != null && type != current;
        if (differs) {
            elements.clear();
        }
        type = current;
        return differs;
    }

    Map<Key, Element> elements() {
        return elements;
    }

    int generation() {
        return generation.get();
    }

    /** Somebody else has changed the set. */
    void changed() {
        generation.incrementAndGet();
    }

    /** What an answer that leaves now needs of this set. */
    Need need(Addition addition, long now) {
        SetType current = type;
        if (current == null) {
            return Need.ADDITION;
        }
        Need need = Need.NOTHING;
        List<Key> keys = current.keys(addition);
        for (Key key : keys) {
            Element element = elements.get(key);
            if (element == null
                    || !element.isThere(generation())
                    || !Lifetime.lasts(element.until(), addition.ttlSeconds(), now)) {
                return Need.ADDITION;
            }
            if (Lifetime.isDueForRenewal(element.until(), addition.ttlSeconds(), now) && element.asksForRenewal()) {
                need = Need.RENEWAL;
            }
        }
        return need;
    }
}
