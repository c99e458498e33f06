package org.waymark.conntrack;

import java.util.Arrays;
import org.waymark.linux.Endpoint;
import org.waymark.linux.Errno;
import org.waymark.linux.LinuxException;
import org.waymark.linux.NetlinkSocket;
import org.waymark.mark.ConnectionMark;

/**
 * Looks up the connection marks of a burst of packets: {@link #add} each, {@link #run} once, then {@link #mark} by index. One
 * for each worker; the socket stays open. Nothing is allocated.
 *
 * <p>Sequence numbers never repeat within memory of the socket's buffer, so an answer that was left over from a burst whose
 * buffer overflowed is never taken for one of this burst.
 */
public final class MarkLookup implements AutoCloseable {
    /** More answers than this would not fit a default receive buffer. */
    public static final int MAX_BURST = 128;

    private static final int RECEIVE_BUFFER = 1 << 20;
    private static final int ANSWER_BYTES = 2048;

    private final NetlinkSocket netlink;
    private final TupleRequest request;
    private final TupleAnswer answer;
    private final int[] zones;

    private final Endpoint[] locals = new Endpoint[MAX_BURST];
    private final Endpoint[] peers = new Endpoint[MAX_BURST];
    private final byte[] protocols = new byte[MAX_BURST];
    private final long[] marks = new long[MAX_BURST];
    private int count;
    private int sequence;
    private Errno lastError;

    private MarkLookup(NetlinkSocket netlink, int[] zones) {
        this.netlink = netlink;
        this.request = new TupleRequest(netlink.requests());
        this.answer = new TupleAnswer(netlink.answer());
        this.zones = zones.clone();
        Arrays.setAll(locals, i -> new Endpoint());
        Arrays.setAll(peers, i -> new Endpoint());
    }

    /**
     * @param zones the conntrack zones to look in, in this order; 0 is the default zone
     * @return an open look-up
     * @throws LinuxException EPROTONOSUPPORT if the kernel has no netfilter netlink, EPERM without CAP_NET_ADMIN
     */
    public static MarkLookup open(int... zones) throws LinuxException {
        return new MarkLookup(
                NetlinkSocket.open(MAX_BURST * TupleRequest.MAX_BYTES, ANSWER_BYTES, RECEIVE_BUFFER), zones);
    }

    /**
     * Asks for a connection that can't be there, to see whether the kernel answers at all.
     *
     * @return null if it does, or its error: EPERM without CAP_NET_ADMIN, EINVAL without ctnetlink
     */
    public Errno probe() {
        clear();
        Endpoint nowhere = new Endpoint();
        add(TransportProtocol.UDP, nowhere, nowhere);
        run();
        boolean answered = mark(0) != ConnectionMark.UNAVAILABLE;
        clear();
        return answered ? null : lastError;
    }

    /** Forgets the burst before. */
    public void clear() {
        count = 0;
    }

    /**
     * Adds a connection to the burst, {@link #MAX_BURST} at most. The tuple from the local address to the peer is the reply
     * tuple of a connection that the peer has opened, and the original one of a connection to it; the kernel knows its
     * connections by both.
     *
     * @param protocol the connection's
     * @param local the local address and port, as the socket has it
     * @param peer the peer's address and port, as the socket has it
     * @return its index in the burst
     */
    public int add(TransportProtocol protocol, Endpoint local, Endpoint peer) {
        int index = count++;
        locals[index].set(local);
        peers[index].set(peer);
        protocols[index] = protocol.number();
        return index;
    }

    /** Asks for the whole burst; what one zone has no entry for is asked of the next. */
    public void run() {
        Arrays.fill(marks, 0, count, ConnectionMark.NO_ENTRY);
        for (int zone : zones) {
            if (!ask(zone)) {
                break;
            }
        }
    }

    /** Returns whether any connection is still without entry. */
    private boolean ask(int zone) {
        request.clear();
        int first = sequence;
        for (int i = 0; i < count; i++) {
            if (marks[i] == ConnectionMark.NO_ENTRY) {
                request.add(first + i, protocols[i], locals[i], peers[i], zone);
                marks[i] = ConnectionMark.UNAVAILABLE;
            }
        }
        sequence += count;
        if (request.length() == 0) {
            return false;
        }
        Errno refused = netlink.send(request.length());
        if (refused != null) {
            lastError = refused;
            return false;
        }
        return readAnswers(first);
    }

    private boolean readAnswers(int first) {
        boolean missing = false;
        for (int length = netlink.receive(); length != NetlinkSocket.NONE; length = netlink.receive()) {
            if (length == NetlinkSocket.LOST) {
                lastError = Errno.ENOBUFS;
                continue;
            }
            int index = answer.read(length) ? answer.sequence() - first : -1;
            if (index < 0 || index >= count) {
                continue;
            }
            marks[index] = answer.mark();
            missing |= marks[index] == ConnectionMark.NO_ENTRY;
            if (answer.error() != null) {
                lastError = answer.error();
            }
        }
        return missing;
    }

    /**
     * @param index what {@link #add} returned
     * @return the mark, or why there is none, as {@link ConnectionMark} codes it
     */
    public long mark(int index) {
        return marks[index];
    }

    /**
     * @return the error of the latest look-up that the kernel did not answer, or null if all were
     */
    public Errno lastError() {
        return lastError;
    }

    @Override
    public void close() {
        netlink.close();
    }
}
