package org.waymark.conntrack;

import static org.waymark.conntrack.TupleAttributes.CTA_TUPLE_ORIG;
import static org.waymark.conntrack.TupleAttributes.CTA_TUPLE_REPLY;
import static org.waymark.conntrack.TupleAttributes.CTA_TUPLE_ZONE;
import static org.waymark.conntrack.TupleAttributes.CTA_ZONE;

import org.waymark.linux.Attributes;
import org.waymark.linux.Endpoint;
import org.waymark.linux.LinuxException;
import org.waymark.linux.NetfilterRequests;
import org.waymark.linux.NetlinkSocket;

/** Lists all UDP and TCP connections that conntrack knows, which may be millions. */
public final class ConnectionDump {
    private static final int IPCTNL_MSG_CT_GET = 0x0101;

    private static final int REQUEST_BYTES = 64;

    /** The largest answer of the kernel. */
    private static final int ANSWER_BYTES = 1 << 15;

    private static final int ANSWERS = 4;
    private static final int RECEIVE_BUFFER = 1 << 18;

    private final Attributes attributes;
    private final TupleReader tuples;
    private final Visitor visitor;
    private final Endpoint source = new Endpoint();
    private final Endpoint destination = new Endpoint();

    /** Is called for each connection. */
    public interface Visitor {
        /**
         * @param protocol the connection's protocol
         * @param source where its first packet came from; valid during the call
         * @param destination where that packet went to, before any NAT; valid during the call
         * @param zone the zone of the packets in its direction
         * @param replyZone the zone of the packets in the other direction, mostly the same
         */
        void connection(TransportProtocol protocol, Endpoint source, Endpoint destination, int zone, int replyZone);
    }

    private ConnectionDump(Attributes attributes, Visitor visitor) {
        this.attributes = attributes;
        this.tuples = new TupleReader(attributes);
        this.visitor = visitor;
    }

    /**
     * @param visitor is called for each connection
     * @throws LinuxException EPERM without CAP_NET_ADMIN, EINVAL without ctnetlink
     */
    public static void show(Visitor visitor) throws LinuxException {
        try (NetlinkSocket netlink = NetlinkSocket.open(REQUEST_BYTES, ANSWERS, ANSWER_BYTES, RECEIVE_BUFFER)) {
            NetfilterRequests requests = new NetfilterRequests(netlink.requests());
            requests.begin(IPCTNL_MSG_CT_GET, NetfilterRequests.NLM_F_REQUEST | NetfilterRequests.NLM_F_DUMP, 0, 0, 0);
            requests.end();
            ConnectionDump dump = new ConnectionDump(new Attributes(netlink.answers()), visitor);
            netlink.dump(requests.length(), dump::read);
        }
    }

    private void read(int message, int end) {
        int start = message + Attributes.START;
        int original = attributes.find(CTA_TUPLE_ORIG, start, end);
        if (original == Attributes.NONE) {
            return;
        }
        TransportProtocol protocol = tuples.protocol(original);
        if (protocol != null && tuples.readSource(original, source) && tuples.readDestination(original, destination)) {
            int zone = attributes.find(CTA_ZONE, start, end);
            int reply = attributes.find(CTA_TUPLE_REPLY, start, end);
            visitor.connection(protocol, source, destination, zoneOf(zone, original), zoneOf(zone, reply));
        }
    }

    /** One direction of a connection may be in a zone of its own, which its tuple names. */
    private int zoneOf(int ofBoth, int tuple) {
        int zone = tuple == Attributes.NONE
                ? Attributes.NONE
                : attributes.find(CTA_TUPLE_ZONE, tuple, attributes.end(tuple));
        if (zone == Attributes.NONE) {
            zone = ofBoth;
        }
        return zone == Attributes.NONE ? 0 : attributes.int16(zone);
    }
}
