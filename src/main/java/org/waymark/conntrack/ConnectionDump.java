package org.waymark.conntrack;

import static org.waymark.conntrack.TupleAttributes.CTA_IP_V4_DST;
import static org.waymark.conntrack.TupleAttributes.CTA_IP_V4_SRC;
import static org.waymark.conntrack.TupleAttributes.CTA_IP_V6_DST;
import static org.waymark.conntrack.TupleAttributes.CTA_IP_V6_SRC;
import static org.waymark.conntrack.TupleAttributes.CTA_PROTO_DST_PORT;
import static org.waymark.conntrack.TupleAttributes.CTA_PROTO_NUM;
import static org.waymark.conntrack.TupleAttributes.CTA_PROTO_SRC_PORT;
import static org.waymark.conntrack.TupleAttributes.CTA_TUPLE_IP;
import static org.waymark.conntrack.TupleAttributes.CTA_TUPLE_ORIG;
import static org.waymark.conntrack.TupleAttributes.CTA_TUPLE_PROTO;

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
    private final Visitor visitor;
    private final Endpoint source = new Endpoint();
    private final Endpoint destination = new Endpoint();

    /** Is called for each connection. */
    public interface Visitor {
        /**
         * @param protocol the connection's protocol
         * @param source where its first packet came from; valid during the call
         * @param destination where that packet went to, before any NAT; valid during the call
         */
        void connection(TransportProtocol protocol, Endpoint source, Endpoint destination);
    }

    private ConnectionDump(Attributes attributes, Visitor visitor) {
        this.attributes = attributes;
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
        int tuple = attributes.find(CTA_TUPLE_ORIG, message + Attributes.START, end);
        if (tuple == Attributes.NONE) {
            return;
        }
        int tupleEnd = attributes.end(tuple);
        int addresses = attributes.find(CTA_TUPLE_IP, tuple, tupleEnd);
        int ports = attributes.find(CTA_TUPLE_PROTO, tuple, tupleEnd);
        if (addresses == Attributes.NONE || ports == Attributes.NONE) {
            return;
        }
        TransportProtocol protocol = protocol(attributes.find(CTA_PROTO_NUM, ports, attributes.end(ports)));
        if (protocol != null
                && read(source, addresses, CTA_IP_V4_SRC, CTA_IP_V6_SRC, ports, CTA_PROTO_SRC_PORT)
                && read(destination, addresses, CTA_IP_V4_DST, CTA_IP_V6_DST, ports, CTA_PROTO_DST_PORT)) {
            visitor.connection(protocol, source, destination);
        }
    }

    private TransportProtocol protocol(int number) {
        for (TransportProtocol protocol : TransportProtocol.values()) {
            if (number != Attributes.NONE && attributes.int8(number) == protocol.number()) {
                return protocol;
            }
        }
        return null;
    }

    private boolean read(Endpoint into, int addresses, int ipv4Type, int ipv6Type, int ports, int portType) {
        int port = attributes.find(portType, ports, attributes.end(ports));
        int ipv4 = attributes.find(ipv4Type, addresses, attributes.end(addresses));
        int ipv6 = attributes.find(ipv6Type, addresses, attributes.end(addresses));
        if (port == Attributes.NONE || ipv4 == Attributes.NONE && ipv6 == Attributes.NONE) {
            return false;
        }
        if (ipv4 != Attributes.NONE) {
            into.setIpv4(attributes.int32(ipv4), attributes.int16(port));
        } else {
            into.setIpv6(attributes.int64(ipv6), attributes.int64(ipv6 + Long.BYTES), attributes.int16(port));
        }
        return true;
    }
}
