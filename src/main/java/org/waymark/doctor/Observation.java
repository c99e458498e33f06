package org.waymark.doctor;

import java.net.InetAddress;
import java.util.List;
import org.waymark.linux.Endpoint;
import org.waymark.linux.Errno;
import org.waymark.mark.ConnectionMark;
import org.waymark.mark.Mark;

/**
 * What became visible of a probe to a server.
 *
 * @param path what was asked
 * @param source the address and port that the kernel chose to send from; a wildcard address if it chose none
 * @param refused why the kernel did not send it, or what the network or the server said; null if nothing is known
 * @param answeredMillis after how long the answer came; negative if none has
 * @param rcode the code of the answer, if there is one
 * @param answerSeen whether conntrack has seen an answer come in, even if it was dropped later
 * @param connectionMark the mark of its connection in the configured zones, as {@link org.waymark.mark.ConnectionMark} codes it
 * @param zone the zone in which conntrack has its connection, if not in a configured one; negative if it has none
 * @param departureMark the mark with which such a packet leaves the host, coded like {@code connectionMark}
 */
record Observation(
        ServerProbe.Path path,
        Endpoint source,
        Errno refused,
        long answeredMillis,
        int rcode,
        boolean answerSeen,
        long connectionMark,
        int zone,
        long departureMark) {
    static final int NO_ZONE = -1;

    /** What an observation means. */
    enum Verdict {
        /** The mark is right all the way, and the server answers. */
        WELL,
        /** The kernel or the network did not take the packet. */
        REFUSED,
        /** Conntrack does not have the connection, or not where the configuration says. */
        LOST,
        /** The connection has another mark. */
        WRONG_CONNECTION,
        /** The packet leaves with another mark. */
        WRONG_PACKET,
        /** No answer has come. */
        SILENT
    }

    /**
     * @param bits the bits of marks that are Waymark's
     */
    Verdict verdict(int bits) {
        if (refused != null) {
            return Verdict.REFUSED;
        }
        if (!ConnectionMark.isKnown(connectionMark)) {
            return Verdict.LOST;
        }
        if (differs(connectionMark, bits)) {
            return Verdict.WRONG_CONNECTION;
        }
        if (ConnectionMark.isKnown(departureMark) && differs(departureMark, bits)) {
            return Verdict.WRONG_PACKET;
        }
        return answeredMillis >= 0 ? Verdict.WELL : Verdict.SILENT;
    }

    private boolean differs(long seen, int bits) {
        return ((ConnectionMark.value(seen) ^ path.mark()) & bits) != 0;
    }

    InetAddress address() {
        return path.server().address().getAddress();
    }

    /** The route of its packets. */
    ChosenRoute route() {
        return ChosenRoute.to(address(), path.mark());
    }

    /** Says what was sent: the first one as an example, and how many more there are. */
    static String sent(List<Observation> same) {
        Observation first = same.get(0);
        int others = same.size() - 1;
        return "a query with mark " + Mark.describe(first.path().mark()) + " to "
                + first.path().server()
                + (others == 0 ? "" : " (and " + others + (others == 1 ? " other probe)" : " other probes)"));
    }
}
