package org.waymark.upstream;

/**
 * The questions whose datagrams one socket sends together. Before the socket tells of one that was not sent, the owner of the question
 * may have sent it again, or used the query for another: each question is known by its id here, too.
 */
final class SentTogether {
    private final UpstreamQuery[] questions;
    private final int[] ids;
    private int count;

    /**
     * @param most how many there are at most
     */
    SentTogether(int most) {
        questions = new UpstreamQuery[most];
        ids = new int[most];
    }

    void add(UpstreamQuery question) {
        questions[count] = question;
        ids[count++] = question.id();
    }

    /** Returns the question if it is on that socket as it was when it was added; otherwise null. */
    UpstreamQuery openOn(UpstreamSocket socket, int index) {
        UpstreamQuery question = questions[index];
        return question.socket() == socket && question.id() == ids[index] ? question : null;
    }

    boolean isEmpty() {
        return count == 0;
    }

    void clear() {
        count = 0;
    }
}
