package org.waymark.conntrack;

import java.util.Arrays;
import org.waymark.linux.Endpoint;
import org.waymark.linux.Errno;
import org.waymark.linux.LinuxException;
import org.waymark.linux.NetlinkSocket;
import org.waymark.mark.ConnectionMark;

/**
 * Looks up the connection marks of a burst of packets: {@link #add} each connection, {@link #run} once, then ask
 * {@link #mark} by index. Each worker has one, which keeps its socket open. Nothing is allocated.
 *
 * <p>Sequence numbers do not repeat for as long as an answer can stay in the socket's buffer. So an answer left over
 * from an earlier burst, when the buffer overflowed, is never taken for an answer to this burst.
 */
public final class MarkLookup implements AutoCloseable {
    /** How many connections a burst may have. */
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
     * @return a new one, to be closed
     * @throws LinuxException EPROTONOSUPPORT if the kernel has no netfilter netlink
     */
    public static MarkLookup open(int... zones) throws LinuxException {
        return new MarkLookup(
                NetlinkSocket.open(MAX_BURST * TupleRequest.MAX_BYTES, MAX_BURST, ANSWER_BYTES, RECEIVE_BUFFER), zones);
    }

    /**
     * Checks whether the kernel answers, with a look-up of a connection that can't exist.
     *
     * @return null if it does, or else its error: EPERM without CAP_NET_ADMIN, EINVAL without ctnetlink
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

    /** Begins a new burst. */
    public void clear() {
        tuples.clear();
    }

    /**
     * Adds a connection to the burst, which may have at most {@link #MAX_BURST}. The tuple from the local address to
     * the peer is the reply tuple of a connection that the peer has opened, and the original tuple of a connection to
     * the peer. The kernel finds connections by either.
     *
     * @param protocol the connection's protocol
     * @param local the local address and port, as the socket has them
     * @param peer the peer's address and port, as the socket has them
     * @return its index, the same for all packets of one connection
     */
    public int add(TransportProtocol protocol, Endpoint local, Endpoint peer) {
        return tuples.add(protocol.number(), local, peer);
    }

    /** Looks up the whole burst. Connections without an entry in one zone are looked up in the next. */
    public void run() {
        Arrays.fill(marks, 0, tuples.count(), ConnectionMark.NO_ENTRY);
        for (int zone : zones) {
            ask(zone);
        }
    }

    /** Looks up the connections that have no entry in the zones before. */
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

    /** All answers are ready by now: when none is left to read, those still missing are lost. */
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

    /** Stores the result of an answer, unless it is left over from another burst. */
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
     * Looks up one connection, in a burst of its own.
     *
     * @param protocol as for {@link #add}
     * @param local as for {@link #add}
     * @param peer as for {@link #add}
     * @return its mark, or why there is none, as {@link ConnectionMark} codes it
     */
    public long markOf(TransportProtocol protocol, Endpoint local, Endpoint peer) {
        clear();
        int index = add(protocol, local, peer);
        run();
        return mark(index);
    }

    /**
     * The same, but if the connection began at the other end, the mark is unavailable. When conntrack has been flushed, a connection may
     * begin again with the first packet that comes, whoever has sent it; rules give such a connection another mark.
     *
     * @param here whether it must have begun at the local end
     * @param protocol as for {@link #add}
     * @param local as for {@link #add}
     * @param peer as for {@link #add}
     * @return its mark, or why there is none, as {@link ConnectionMark} codes it
     */
    public long markIfBegunAt(boolean here, TransportProtocol protocol, Endpoint local, Endpoint peer) {
        long mark = markOf(protocol, local, peer);
        return ConnectionMark.isKnown(mark) && hasBegunAt(local) != here ? ConnectionMark.UNAVAILABLE : mark;
    }

    /**
     * @param local the local address and port of the connection whose mark {@link #markOf} has just told
     * @return whether conntrack has seen its first packet come from there
     */
    public boolean hasBegunAt(Endpoint local) {
        return answer.hasBegunAt(local);
    }

    /**
     * @return the latest error of a look-up, in this burst or an earlier one; null if there was none
     */
    public Errno lastError() {
        return lastError;
    }

    @Override
    public void close() {
        netlink.close();
    }
}
