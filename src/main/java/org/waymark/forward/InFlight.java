package org.waymark.forward;

/**
 * What is in flight at a moment.
 *
 * @param queries queries of clients that wait for an answer
 * @param questions questions that servers are asked for them; queries may share one
 */
public record InFlight(int queries, int questions) {
    /**
     * @param other what is in flight elsewhere
     * @return both together
     */
    public InFlight plus(InFlight other) {
        return new InFlight(queries + other.queries, questions + other.questions);
    }
}
