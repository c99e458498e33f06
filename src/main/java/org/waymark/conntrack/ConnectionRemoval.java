package org.waymark.conntrack;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.waymark.linux.Endpoint;
import org.waymark.linux.Errno;
import org.waymark.linux.LinuxException;
import org.waymark.linux.NetlinkSocket;

/**
 * Removes conntrack entries: {@link #add} each connection, {@link #run} once, then ask {@link #isGone} by index.
 * Programs that account traffic by conntrack's events still get the event that ends a connection, with its bytes and
 * mark. Nothing is allocated.
 */
public final class ConnectionRemoval implements AutoCloseable {
    /** How many connections a burst may have. */
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
     * @param zones the conntrack zones that may have the entries; 0 is the default zone
     * @return a new one, to be closed
     * @throws LinuxException EPROTONOSUPPORT if the kernel has no netfilter netlink
     */
    public static ConnectionRemoval open(int... zones) throws LinuxException {
        return new ConnectionRemoval(
                NetlinkSocket.open(MAX_BURST * TupleRequest.MAX_BYTES, MAX_BURST, ANSWER_BYTES, RECEIVE_BUFFER), zones);
    }

    /** Begins a new burst. */
    public void clear() {
        tuples.clear();
    }

    /**
     * Adds a connection to the burst, which may have at most {@link #MAX_BURST}.
     *
     * @param protocol the connection's protocol
     * @param local the local address and port, as the socket has or had them; no socket may send from there any more
     * @param peer the peer's address and port, as the socket has or had them
     * @return its index
     */
    public int add(TransportProtocol protocol, Endpoint local, Endpoint peer) {
        return tuples.add(protocol.number(), local, peer);
    }

    /** Removes the conntrack entries of the whole burst, in every zone. */
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
     * @return whether conntrack has no entry for the connection any more
     */
    public boolean isGone(int index) {
        return unanswered[index] == 0;
    }

    @Override
    public void close() {
        netlink.close();
    }
}
