package org.waymark.control;

import java.util.Map;

/** The way of events to one client. All methods must be called on the event loop of the control socket. */
public interface EventStream {
    /**
     * Sends an event at the next {@link #flush}. If the client has not read the former ones yet, the event is left out, and the client
     * is told later how many were.
     *
     * @param event as JSON has it: text, numbers, booleans, lists and maps
     */
    void event(Map<String, Object> event);

    /**
     * Tells the client that events are missing.
     *
     * @param number how many were left out before they came here
     */
    void lost(long number);

    /** Sends everything that has come since the last call. */
    void flush();
}
