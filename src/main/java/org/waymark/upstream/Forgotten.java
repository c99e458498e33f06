package org.waymark.upstream;

/**
 * What has been forgotten about servers, and closed.
 *
 * @param sockets the idle sockets and connections that were closed
 * @param roundTrips for how many marks a round-trip time was known, each worker, server and transport counted for itself
 * @param downs for how many of them the server was down
 */
public record Forgotten(int sockets, int roundTrips, int downs) {
    /** Nothing at all. */
    public static final Forgotten NOTHING = new Forgotten(0, 0, 0);

    /**
     * @param more what else was forgotten
     * @return the sum
     */
    public Forgotten plus(Forgotten more) {
        return new Forgotten(sockets + more.sockets, roundTrips + more.roundTrips, downs + more.downs);
    }
}
