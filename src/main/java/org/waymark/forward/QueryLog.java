package org.waymark.forward;

import java.nio.ByteBuffer;

/** Learns of every query that goes on, for those who want to see them. */
public interface QueryLog {
    /** Tells nobody. */
    QueryLog NONE = (client, message, offset, length, connectionMark, outgoingMark) -> {};

    /**
     * A query is about to be sent.
     *
     * @param client who asks
     * @param message where the message is
     * @param offset where in {@code message} it begins
     * @param length its length in bytes
     * @param connectionMark the mark of the client's connection as {@link org.waymark.mark.ConnectionMark} codes it
     * @param outgoingMark the mark that it is sent with
     */
    void forwarded(Query client, ByteBuffer message, int offset, int length, long connectionMark, int outgoingMark);
}
