package org.waymark.upstream;

/**
 * The questions whose datagrams one socket sends together. Before the socket tells of one that was not sent, the owner of the question
 * may have sent it again, or used the exchange for another: each question is known by its id here, too.
 */
final class SentTogether {
    private final Exchange[] questions;
    private final int[] ids;
    private int count;

    /**
     * @param most how many there are at most
     */
    SentTogether(int most) {
        questions = new Exchange[most];
        ids = new int[most];
    }

    void add(Exchange question) {
        questions[count] = question;
        ids[count++] = question.id();
    }

    /** Returns the question if it is on that carrier as it was when it was added; otherwise null. */
    Exchange openOn(Carrier carrier, int index) {
        Exchange question = questions[index];
        return question.carrier() == carrier && question.id() == ids[index] ? question : null;
    }

    void clear() {
        count = 0;
    }
}
