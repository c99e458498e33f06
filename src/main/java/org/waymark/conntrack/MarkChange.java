package org.waymark.conntrack;

import org.waymark.linux.Endpoint;
import org.waymark.linux.LinuxException;
import org.waymark.linux.NetlinkSocket;

/** Changes the mark of a connection in conntrack, as {@code conntrack -U --mark} does. */
public final class MarkChange {
    private static final int ANSWER_BYTES = 256;
    private static final int RECEIVE_BUFFER = 1 << 16;

    private MarkChange() {}

    /**
     * @param protocol the connection's protocol
     * @param local the local address and port, as the socket has them
     * @param peer the peer's address and port, as the socket has them
     * @param zone the conntrack zone; 0 is the default zone
     * @param mark the new mark, 32 bits
     * @throws LinuxException ENOENT if conntrack does not know the connection, EPERM without CAP_NET_ADMIN
     */
    public static void set(TransportProtocol protocol, Endpoint local, Endpoint peer, int zone, int mark)
            throws LinuxException {
        try (NetlinkSocket netlink = NetlinkSocket.open(TupleRequest.MAX_BYTES, 1, ANSWER_BYTES, RECEIVE_BUFFER)) {
            TupleRequest request = new TupleRequest(netlink.requests());
            request.mark(0, protocol.number(), local, peer, zone, mark);
            netlink.request(request.length());
        }
    }
}
