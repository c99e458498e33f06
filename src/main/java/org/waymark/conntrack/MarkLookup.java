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
    /** The connections of a burst at most. */
    public static final int MAX_BURST = 64;

    private static final int RECEIVE_BUFFER = 1 << 20;
    private static final int ANSWER_BYTES = 2048;

    private final NetlinkSocket netlink;
    private final TupleRequest request;
    private final TupleAnswer answer;
    private final int[] zones;

    private final Tuples tuples = new Tuples(MAX_BURST);
    private final long[] marks = new long[MAX_BURST];
    private int sequence;
    private int awaited;
    private Errno lastError;

    private MarkLookup(NetlinkSocket netlink, int[] zones) {
        this.netlink = netlink;
        this.request = new TupleRequest(netlink.requests());
        this.answer = new TupleAnswer(netlink.answers());
        this.zones = zones.clone();
    }

    /**
     * @param zones the conntrack zones to look in, in this order; 0 is the default zone
     * @return an open look-up
     * @throws LinuxException EPROTONOSUPPORT if the kernel has no netfilter netlink
     */
    public static MarkLookup open(int... zones) throws LinuxException {
        return new MarkLookup(
                NetlinkSocket.open(MAX_BURST * TupleRequest.MAX_BYTES, MAX_BURST, ANSWER_BYTES, RECEIVE_BUFFER), zones);
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
        tuples.clear();
    }

    /**
     * Adds a connection to the burst, {@link #MAX_BURST} at most. The tuple from the local address to the peer is the reply
     * tuple of a connection that the peer has opened, and the original one of a connection to it; the kernel knows its
     * connections by both.
     *
     * @param protocol the connection's
     * @param local the local address and port, as the socket has it
     * @param peer the peer's address and port, as the socket has it
     * @return its index, the same for all packets of one connection
     */
    public int add(TransportProtocol protocol, Endpoint local, Endpoint peer) {
        return tuples.add(protocol.number(), local, peer);
    }

    /** Asks for the whole burst; what one zone has no entry for is asked of the next. */
    public void run() {
        Arrays.fill(marks, 0, tuples.count(), ConnectionMark.NO_ENTRY);
        for (int zone : zones) {
            ask(zone);
        }
    }

    /** Asks for those that have no entry so far. */
    private void ask(int zone) {
        request.clear();
        int first = sequence;
        for (int i = 0; i < tuples.count(); i++) {
            if (marks[i] == ConnectionMark.NO_ENTRY) {
                request.add(first + i, tuples.protocol(i), tuples.local(i), tuples.peer(i), zone);
                marks[i] = ConnectionMark.UNAVAILABLE;
                awaited++;
            }
        }
        sequence += tuples.count();
        if (awaited > 0) {
            Errno refused = netlink.send(request.length());
            if (refused == null) {
                readAnswers(first);
            } else {
                lastError = refused;
            }
            awaited = 0;
        }
    }

    /** All answers are there by now: when none is left to read, those still awaited are lost. */
    private void readAnswers(int first) {
        int read;
        do {
            read = netlink.receive();
            if (read == NetlinkSocket.LOST) {
                lastError = Errno.ENOBUFS;
            }
            for (int i = 0; i < read; i++) {
                if (answer.read(netlink.offset(i), netlink.length(i))) {
                    note(answer.sequence() - first);
                }
            }
        } while (awaited > 0 && read != 0);
    }

    /** Takes over what the answer says, unless it was left over from another burst. */
    private void note(int index) {
        if (index >= 0 && index < tuples.count()) {
            awaited--;
            marks[index] = answer.mark();
            if (answer.error() != null) {
                lastError = answer.error();
            }
        }
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
