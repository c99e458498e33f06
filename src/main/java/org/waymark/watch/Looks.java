package org.waymark.watch;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.waymark.conntrack.TransportProtocol;
import org.waymark.linux.Endpoint;
import org.waymark.mark.ConnectionMark;
import org.waymark.metrics.Count;
import org.waymark.metrics.Counters;

/**
 * What one worker has seen: it counts every look, and keeps the latest of each subject until somebody takes it. Only the worker's own
 * thread may add, and never waits; any thread may take. Marks are coded as {@link ConnectionMark} does; a look that conntrack has not
 * answered, or that was at a connection which began again from the other end, shows nothing.
 */
public final class Looks {
    private final AtomicReferenceArray<Look> latest = new AtomicReferenceArray<>(Look.Subject.values().length);
    private final Counters counters;
    private int outgoingBits;
    private int clientBits;

    /**
     * @param counters the worker's
     * @param outgoingBits the bits that may be set in the mark of a packet to a server; the others belong to the host
     * @param clientBits the bits of clients' marks that go upstream
     */
    public Looks(Counters counters, int outgoingBits, int clientBits) {
        this.counters = counters;
        bits(outgoingBits, clientBits);
    }

    /**
     * Looks at other bits of marks from now on. On the worker's thread.
     *
     * @param outgoing the bits that may be set in the mark of a packet to a server; the others belong to the host
     * @param client the bits of clients' marks that go upstream
     */
    public void bits(int outgoing, int client) {
        outgoingBits = outgoing;
        clientBits = client;
    }

    /**
     * A packet to a server has left.
     *
     * @param sent the mark of the packet
     * @param found what conntrack tells of the connection now
     */
    public void sent(TransportProtocol protocol, Endpoint local, Endpoint server, int sent, long found) {
        if (found == ConnectionMark.UNAVAILABLE) {
            return;
        }
        Look.Result result = found == ConnectionMark.NO_ENTRY
                ? Look.Result.NO_ENTRY
                : compare(sent, ConnectionMark.value(found), outgoingBits);
        counters.add(
                switch (result) {
                    case KEPT -> Count.SERVER_MARK_KEPT;
                    case OTHER_MARK -> Count.SERVER_MARK_LOST;
                    case NO_ENTRY -> Count.SERVER_NOT_TRACKED;
                });
        keep(Look.at(Look.Subject.SERVER, result, protocol, local, server, sent, found, outgoingBits));
    }

    /**
     * An answer has left. Only a mark that is gone was lost: another one may be that of somebody who has logged in meanwhile.
     *
     * @param before what conntrack told of the client's connection just before
     * @param after what it tells now
     */
    public void answered(TransportProtocol protocol, Endpoint local, Endpoint client, long before, long after) {
        if (!isMarked(before) || !ConnectionMark.isKnown(after)) {
            return;
        }
        boolean kept = isMarked(after);
        counters.add(kept ? Count.CLIENT_MARK_KEPT : Count.CLIENT_MARK_WIPED);
        Look.Result result = kept ? Look.Result.KEPT : Look.Result.OTHER_MARK;
        int due = ConnectionMark.value(before);
        keep(Look.at(Look.Subject.ANSWER, result, protocol, local, client, due, after, clientBits));
    }

    /**
     * @param mark the mark of a client's connection
     * @return whether it is known, and not 0 in the bits that go upstream
     */
    public boolean isMarked(long mark) {
        return ConnectionMark.isKnown(mark) && (ConnectionMark.value(mark) & clientBits) != 0;
    }

    /**
     * A packet of a client has brought its mark along.
     *
     * @param brought the mark of the packet, 32 bits, unsigned
     * @param found what conntrack tells of its connection
     */
    public void came(TransportProtocol protocol, Endpoint local, Endpoint client, int brought, long found) {
        if (!ConnectionMark.isKnown(found)) {
            return;
        }
        Look.Result result = compare(brought, ConnectionMark.value(found), clientBits);
        counters.add(result == Look.Result.KEPT ? Count.MARK_RESTORED : Count.MARK_NOT_RESTORED);
        keep(Look.at(Look.Subject.PACKET, result, protocol, local, client, brought, found, clientBits));
    }

    /** A query came from a client, or over a transport, whose connections conntrack does not know at all. */
    public void unknown(TransportProtocol protocol, Endpoint local, Endpoint client) {
        keep(Look.at(
                Look.Subject.QUERY,
                Look.Result.NO_ENTRY,
                protocol,
                local,
                client,
                0,
                ConnectionMark.NO_ENTRY,
                clientBits));
    }

    /** A query came on a new connection of a client, or over a transport, on which conntrack sees only what is sent to the client. */
    public void oneWay(TransportProtocol protocol, Endpoint local, Endpoint client) {
        long found = ConnectionMark.known(0);
        keep(Look.at(Look.Subject.ONE_WAY, Look.Result.NO_ENTRY, protocol, local, client, 0, found, clientBits));
    }

    /** Queries in a row have come without a mark, among them those of several clients that had one just before: this is one of them. */
    public void marksAreGone(TransportProtocol protocol, Endpoint local, Endpoint client) {
        long found = ConnectionMark.known(0);
        keep(Look.at(Look.Subject.UNMARKED, Look.Result.OTHER_MARK, protocol, local, client, 0, found, clientBits));
    }

    private static Look.Result compare(int due, int found, int bits) {
        return ((due ^ found) & bits) == 0 ? Look.Result.KEPT : Look.Result.OTHER_MARK;
    }

    private void keep(Look look) {
        latest.setRelease(look.subject().ordinal(), look);
    }

    /**
     * @param subject what was looked at
     * @return the latest look since the last call; null if there was none
     */
    public Look take(Look.Subject subject) {
        return latest.getAndSet(subject.ordinal(), null);
    }
}
