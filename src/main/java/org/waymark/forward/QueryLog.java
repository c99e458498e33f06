package org.waymark.forward;

import org.waymark.dns.WireMessage;
import org.waymark.upstream.ServerAccess;

/** Is told the outcome of every query, for operators who want to see it. A message is valid during the call. */
public interface QueryLog {
    /** Tells nobody. */
    QueryLog NONE = new QueryLog() {};

    /**
     * @return whether queries are logged now; if not, nothing needs to be told
     */
    default boolean isOn() {
        return false;
    }

    /**
     * A server has answered.
     *
     * @param query who asked
     * @param message the query
     * @param outgoingMark the mark that it was sent with
     * @param server who answered
     */
    default void answered(Query query, WireMessage message, int outgoingMark, ServerAccess server) {}

    /**
     * It was answered here.
     *
     * @param query who asked
     * @param message the query
     */
    default void answeredHere(Query query, WireMessage message) {}

    /**
     * It was refused, or has failed.
     *
     * @param client who asked: the query or, where it was not taken that far, an address
     * @param message the query
     * @param why which of the two, and what decided it
     */
    default void notAnswered(Object client, WireMessage message, String why) {}
}
