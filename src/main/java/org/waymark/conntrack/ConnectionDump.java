package org.waymark.conntrack;

import org.waymark.linux.Attributes;
import org.waymark.linux.LinuxException;
import org.waymark.linux.NetfilterRequests;
import org.waymark.linux.NetlinkSocket;

/** Lists all UDP and TCP connections that conntrack knows, in all zones, which may be millions. */
public final class ConnectionDump {
    private static final int IPCTNL_MSG_CT_GET = 0x0101;

    private static final int REQUEST_BYTES = 64;

    /** The largest answer of the kernel. */
    private static final int ANSWER_BYTES = 1 << 15;

    private static final int ANSWERS = 4;
    private static final int RECEIVE_BUFFER = 1 << 18;

    /** Is called for each connection. */
    public interface Visitor {
        /**
         * @param connection the connection; valid during the call
         */
        void visit(TrackedConnection connection);
    }

    private ConnectionDump() {}

    /**
     * @param visitor is called for each connection
     * @throws LinuxException EPERM without CAP_NET_ADMIN, EINVAL without ctnetlink
     */
    public static void show(Visitor visitor) throws LinuxException {
        try (NetlinkSocket netlink = NetlinkSocket.open(REQUEST_BYTES, ANSWERS, ANSWER_BYTES, RECEIVE_BUFFER)) {
            NetfilterRequests requests = new NetfilterRequests(netlink.requests());
            requests.begin(IPCTNL_MSG_CT_GET, NetfilterRequests.NLM_F_REQUEST | NetfilterRequests.NLM_F_DUMP, 0, 0, 0);
            requests.end();
            TrackedConnection connection = new TrackedConnection(new Attributes(netlink.answers()));
            netlink.dump(requests.length(), (message, end) -> {
                if (connection.read(message, end)) {
                    visitor.visit(connection);
                }
            });
        }
    }
}
