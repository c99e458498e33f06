package org.waymark.conntrack;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.waymark.linux.Endpoint;
import org.waymark.linux.Errno;
import org.waymark.linux.LinuxException;
import org.waymark.linux.NetlinkSocket;

/**
 * Has conntrack forget connections: {@link #add} each, {@link #run} once, then {@link #isGone} by index. Whoever accounts by conntrack's
 * events still gets the one that ends a connection, with its bytes and mark. Nothing is allocated.
 */
public final class ConnectionRemoval implements AutoCloseable {
    /** The connections of a burst at most. */
    public static final int MAX_BURST = 64;

    private static final int RECEIVE_BUFFER = 1 << 18;

    /** An acknowledgement repeats the header of its request. */
    private static final int ANSWER_BYTES = 256;

    private static final int MESSAGE_SEQUENCE = 8;
    private static final int ERROR_NUMBER = 16;

    private final NetlinkSocket netlink;
    private final TupleRequest request;
    private final ByteBuffer answers;
    private final int[] zones;
    private final Tuples tuples = new Tuples(MAX_BURST);
    private final int[] unanswered = new int[MAX_BURST];
    private int sequence;

    private ConnectionRemoval(NetlinkSocket netlink, int[] zones) {
        this.netlink = netlink;
        this.request = new TupleRequest(netlink.requests());
        this.answers = netlink.answers().duplicate().order(ByteOrder.nativeOrder());
        this.zones = zones.clone();
    }

    /**
     * @param zones the conntrack zones in which the connections may be; 0 is the default zone
     * @return an open one
     * @throws LinuxException EPROTONOSUPPORT if the kernel has no netfilter netlink
     */
    public static ConnectionRemoval open(int... zones) throws LinuxException {
        return new ConnectionRemoval(
                NetlinkSocket.open(MAX_BURST * TupleRequest.MAX_BYTES, MAX_BURST, ANSWER_BYTES, RECEIVE_BUFFER), zones);
    }

    /** Begins another burst. */
    public void clear() {
        tuples.clear();
    }

    /**
     * Adds a connection to the burst, {@link #MAX_BURST} at most.
     *
     * @param protocol the connection's
     * @param local the local address and port, as the socket has it or had it; no socket sends from there any more
     * @param peer the peer's address and port, as the socket has it
     * @return its index
     */
    public int add(TransportProtocol protocol, Endpoint local, Endpoint peer) {
        return tuples.add(protocol.number(), local, peer);
    }

    /** Has the whole burst forgotten, in every zone. */
    public void run() {
        Arrays.fill(unanswered, 0, tuples.count(), zones.length);
        for (int zone : zones) {
            run(zone);
        }
    }

    private void run(int zone) {
        request.clear();
        int first = sequence;
        sequence += tuples.count();
        for (int i = 0; i < tuples.count(); i++) {
            request.remove(first + i, tuples.protocol(i), tuples.local(i), tuples.peer(i), zone);
        }
        if (tuples.count() > 0 && netlink.send(request.length()) == null) {
            int read;
            do {
                read = netlink.receive();
                for (int i = 0; i < read; i++) {
                    note(netlink.offset(i), first);
                }
            } while (read != 0);
        }
    }

    private void note(int answer, int first) {
        int index = answers.getInt(answer + MESSAGE_SEQUENCE) - first;
        Errno errno = Errno.of(-answers.getInt(answer + ERROR_NUMBER));
        if (index >= 0 && index < tuples.count() && (errno.equals(Errno.NONE) || errno.equals(Errno.ENOENT))) {
            unanswered[index]--;
        }
    }

    /**
     * @param index what {@link #add} returned
     * @return whether conntrack does not know the connection any more
     */
    public boolean isGone(int index) {
        return unanswered[index] == 0;
    }

    @Override
    public void close() {
        netlink.close();
    }
}
