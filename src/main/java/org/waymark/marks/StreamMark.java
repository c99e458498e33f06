package org.waymark.marks;

/** The mark of one client's TCP connection, coded as {@link org.waymark.mark.ConnectionMark} does. */
public interface StreamMark {
    /**
     * @return the mark that the connection has now
     */
    long now();

    /**
     * An answer is about to leave on the connection.
     *
     * @param connectionMark the mark that the query came with
     * @return to be run when the answer has left; mostly null, for nothing
     */
    Runnable answering(long connectionMark);
}
