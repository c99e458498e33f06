package org.waymark.listener;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The answers of one TCP connection that its client has not read yet. They are held in memory, so there is a limit for the
 * connection, and one for all.
 */
public final class UnsentAnswers {
    private final Total total;
    private final long maxBytes;
    private long bytes;

    /** The answers of all connections of the process, whichever worker has them. */
    public static final class Total {
        private volatile long maxBytes;
        private final AtomicLong bytes = new AtomicLong();

        /**
         * @param maxBytes how many bytes they may be
         */
        public Total(long maxBytes) {
            this.maxBytes = maxBytes;
        }

        /**
         * @param newMaxBytes how many bytes they may be from now on
         */
        public void change(long newMaxBytes) {
            maxBytes = newMaxBytes;
        }

        /**
         * @return how many bytes they are now
         */
        public long bytes() {
            return bytes.get();
        }

        private boolean add(int answerBytes) {
            if (bytes.addAndGet(answerBytes) > maxBytes) {
                remove(answerBytes);
                return false;
            }
            return true;
        }

        private void remove(int answerBytes) {
            bytes.addAndGet(-answerBytes);
        }
    }

    UnsentAnswers(Total total, long maxBytes) {
        this.total = total;
        this.maxBytes = maxBytes;
    }

    /** Counts an answer that is about to be written; returns false, and counts nothing, where it is one too many. */
    boolean add(int answerBytes) {
        if (bytes + answerBytes > maxBytes || !total.add(answerBytes)) {
            return false;
        }
        bytes += answerBytes;
        return true;
    }

    /** An answer that was counted has been written, or is lost with its connection. */
    void remove(int answerBytes) {
        bytes -= answerBytes;
        total.remove(answerBytes);
    }
}
