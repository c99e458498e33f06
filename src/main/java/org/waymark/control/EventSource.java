package org.waymark.control;

import java.util.Map;

/** Something that a client of the control socket may watch: events, until the client goes. */
public interface EventSource {
    /**
     * @return the name that the request gives as "command"
     */
    String name();

    /**
     * Begins to send events to a client. Called on the event loop of the control socket, where nothing may be kept waiting.
     *
     * @param arguments the request without "command"
     * @param events takes the events, on the same event loop
     * @return is closed once, on the same event loop, when the client has gone
     * @throws CommandException if there is nothing to watch
     */
    Watching begin(Map<String, Object> arguments, EventStream events) throws CommandException;

    /** Events that somebody gets. */
    @FunctionalInterface
    interface Watching {
        /** Sends no more events. */
        void end();
    }
}
