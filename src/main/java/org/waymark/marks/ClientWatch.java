package org.waymark.marks;

import java.time.Duration;
import org.waymark.conntrack.MarkLookup;
import org.waymark.conntrack.TransportProtocol;
import org.waymark.linux.Endpoint;
import org.waymark.mark.ConnectionMark;
import org.waymark.watch.Looks;
import org.waymark.watch.Pace;

/**
 * Looks at a few clients' connections, once in some seconds. A packet whose mark nobody has restored has a 0 like any other, and a
 * connection whose mark was wiped looks like one that never had a mark: only a comparison shows it.
 */
final class ClientWatch implements AutoCloseable {
    /** A look at an answer takes two look-ups, one at a packet takes one: together they make one a second. */
    private static final Duration REST = Duration.ofSeconds(3);

    private final MarkLookup lookup;
    private final Looks looks;
    private final Pace packets = new Pace(REST);
    private final Pace answers = new Pace(REST);
    private final Suspicion oneClient = new Suspicion(true);
    private final Suspicion allClients = new Suspicion(false);
    private final RememberedClients markedClients = new RememberedClients();
    private boolean closed;

    /**
     * @param lookup asks conntrack, and is closed together with this; nobody may be in the middle of a burst when this uses it
     * @param looks the worker's
     */
    ClientWatch(MarkLookup lookup, Looks looks) {
        this.lookup = lookup;
        this.looks = looks;
    }

    void tick() {
        packets.tick();
        answers.tick();
        oneClient.tick();
        allClients.tick();
        markedClients.tick();
    }

    /** A packet has brought its mark along, coded as {@link ConnectionMark} does. */
    void came(TransportProtocol protocol, Endpoint local, Endpoint peer, long brought) {
        if (ConnectionMark.isKnown(brought) && packets.isDue(protocol, peer, true)) {
            packets.looked(protocol, peer);
            looks.came(protocol, local, peer, ConnectionMark.value(brought), markNow(protocol, local, peer));
        }
    }

    /**
     * The answer to a query is about to leave. The mark is compared with the one that the connection has now, because it may have been
     * changed on purpose since the query came.
     *
     * @param connectionMark the mark that the query came with
     * @return to be run when the answer has left; null if there is nothing to look at
     */
    Runnable answering(TransportProtocol protocol, Endpoint local, Endpoint peer, long connectionMark) {
        if (!looks.isMarked(connectionMark) || !answers.isDue(protocol, peer, true)) {
            return null;
        }
        answers.looked(protocol, peer);
        long before = markNow(protocol, local, peer);
        Endpoint localCopy = new Endpoint();
        localCopy.set(local);
        Endpoint client = new Endpoint();
        client.set(peer);
        return () -> looks.answered(protocol, localCopy, client, before, markNow(protocol, localCopy, client));
    }

    /** The mark of a query was told, or that conntrack does not know its connection. */
    void told(TransportProtocol protocol, Endpoint local, Endpoint peer, long mark) {
        if (isCertain(protocol, peer, mark)) {
            looks.unknown(protocol, local, peer);
        }
        if (looks.isMarked(mark)) {
            markedClients.marked(peer);
        } else if (ConnectionMark.isKnown(mark) && markedClients.unmarked(peer)) {
            looks.marksAreGone(protocol, local, peer);
        }
    }

    private boolean isCertain(TransportProtocol protocol, Endpoint peer, long mark) {
        boolean ofOne = oneClient.told(protocol, peer, mark);
        return allClients.told(protocol, peer, mark) || ofOne;
    }

    /**
     * The mark of a query over TCP was just looked up. If conntrack does not see the client's packets, the connection begins with one of
     * Waymark's, and has no mark. After a flush an old connection may begin so, too, which shows nothing.
     *
     * @param isNew whether this is the first look at the connection
     */
    void toldOfStream(Endpoint local, Endpoint peer, long mark, boolean isNew) {
        if (mark != ConnectionMark.known(0) || !lookup.hasBegunAt(local)) {
            told(TransportProtocol.TCP, local, peer, mark);
        } else if (isNew && isCertain(TransportProtocol.TCP, peer, ConnectionMark.NO_ENTRY)) {
            looks.oneWay(TransportProtocol.TCP, local, peer);
        }
    }

    /** After a flush a connection may begin again with an answer to the client, which has no mark; that one shows nothing. */
    private long markNow(TransportProtocol protocol, Endpoint local, Endpoint peer) {
        return closed ? ConnectionMark.UNAVAILABLE : lookup.markIfBegunAt(false, protocol, local, peer);
    }

    /** Answers that were written before may leave after this; nobody looks then. */
    @Override
    public void close() {
        closed = true;
        lookup.close();
    }
}
