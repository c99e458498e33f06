package org.waymark.watch;

import org.waymark.conntrack.TransportProtocol;
import org.waymark.linux.Endpoint;

/**
 * What was seen of one connection. It never changes.
 *
 * @param subject what was looked at
 * @param result what was seen
 * @param protocol the connection's protocol
 * @param local its local address and port, as the socket has them
 * @param peer the address and port of its other end
 * @param due the mark that it should have, 32 bits, unsigned; for a query that conntrack does not know, 0
 * @param found the mark that it has, as {@link org.waymark.mark.ConnectionMark} codes it
 * @param bits the bits in which the two were compared
 */
public record Look(
        Subject subject,
        Result result,
        TransportProtocol protocol,
        Endpoint local,
        Endpoint peer,
        int due,
        long found,
        int bits) {
    /** What is looked at. */
    public enum Subject {
        /** A connection to a server, after a packet has left; due is the mark that the packet was sent with. */
        SERVER,
        /** A client's connection, after its answer has left; due is the mark that it had just before. */
        ANSWER,
        /** A packet that has brought its mark; found is the mark of its connection. */
        PACKET,
        /** A query from a client, or over a transport, whose connections conntrack does not know at all. */
        QUERY,
        /** A client that had a mark, as others had; now all of them ask without one. */
        UNMARKED,
        /** New connections of a client, or over a transport, on which conntrack sees only what is sent to the client. */
        ONE_WAY
    }

    /** What is seen. */
    public enum Result {
        KEPT,
        OTHER_MARK,
        NO_ENTRY
    }

    /**
     * @param protocol the connection's protocol
     * @param local its local address and port; copied
     * @param peer its peer; copied
     */
    static Look at(
            Subject subject,
            Result result,
            TransportProtocol protocol,
            Endpoint local,
            Endpoint peer,
            int due,
            long found,
            int bits) {
        return new Look(subject, result, protocol, copyOf(local), copyOf(peer), due, found, bits);
    }

    private static Endpoint copyOf(Endpoint endpoint) {
        Endpoint copy = new Endpoint();
        copy.set(endpoint);
        return copy;
    }
}
