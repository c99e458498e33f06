package org.waymark.listener;

/**
 * The answers of one TCP connection that its client has not read yet. They are held in memory, so there is a limit for the
 * connection, and one for all of a listener's.
 */
final class UnsentAnswers {
    private final Total total;
    private final long maxBytes;
    private long bytes;

    /** The answers of all connections of a listener. */
    static final class Total {
        private final long maxBytes;
        private long bytes;

        Total(long maxBytes) {
            this.maxBytes = maxBytes;
        }
    }

    UnsentAnswers(Total total, long maxBytes) {
        this.total = total;
        this.maxBytes = maxBytes;
    }

    /** Counts an answer that is about to be written; returns false, and counts nothing, where it is one too many. */
    boolean add(int answerBytes) {
        if (bytes + answerBytes > maxBytes || total.bytes + answerBytes > total.maxBytes) {
            return false;
        }
        bytes += answerBytes;
        total.bytes += answerBytes;
        return true;
    }

    /** An answer that was counted has been written, or is lost with its connection. */
    void remove(int answerBytes) {
        bytes -= answerBytes;
        total.bytes -= answerBytes;
    }
}
