package org.waymark.forward;

import java.util.List;

/** Learns how queries end, on their worker's thread, for operators who want to see it. */
public interface QueryObserver {
    /** Wants to know nothing. */
    QueryObserver NONE = allOf(List.of());

    /**
     * @param observers those that are told
     * @return tells each of them what it wants to know
     */
    static QueryObserver allOf(List<QueryObserver> observers) {
        return new AllObservers(observers);
    }

    /**
     * @return whether it wants to know of queries now
     */
    boolean isOn();

    /**
     * A query has ended: its answer is about to leave, or there is none.
     *
     * @param end the query and how it has ended; valid during the call
     */
    void ended(QueryEnd end);
}
