package org.waymark.forward;

import java.nio.ByteBuffer;
import org.waymark.upstream.ServerAccess;

/** Learns what has become of every query, for those who want to see it. A message is valid during the call. */
public interface QueryLog {
    /** Tells nobody. */
    QueryLog NONE = new QueryLog() {};

    /**
     * A server has answered.
     *
     * @param query who asked
     * @param message where the query is
     * @param offset where in {@code message} it begins
     * @param length its length in bytes
     * @param outgoingMark the mark that it was sent with
     * @param server who answered
     */
    default void answered(
            Query query, ByteBuffer message, int offset, int length, int outgoingMark, ServerAccess server) {}

    /**
     * It was answered here.
     *
     * @param query who asked
     * @param message where the query is
     * @param offset where in {@code message} it begins
     * @param length its length in bytes
     */
    default void answeredHere(Query query, ByteBuffer message, int offset, int length) {}

    /**
     * It was refused, or has failed.
     *
     * @param client who asked: the query or, where it was not taken that far, an address
     * @param message where the query is
     * @param offset where in {@code message} it begins
     * @param length its length in bytes
     * @param why which of the two, and what decided it
     */
    default void notAnswered(Object client, ByteBuffer message, int offset, int length, String why) {}
}
