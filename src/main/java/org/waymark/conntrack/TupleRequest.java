package org.waymark.conntrack;

import static org.waymark.conntrack.TupleAttributes.CTA_IP_V4_DST;
import static org.waymark.conntrack.TupleAttributes.CTA_IP_V4_SRC;
import static org.waymark.conntrack.TupleAttributes.CTA_IP_V6_DST;
import static org.waymark.conntrack.TupleAttributes.CTA_IP_V6_SRC;
import static org.waymark.conntrack.TupleAttributes.CTA_MARK;
import static org.waymark.conntrack.TupleAttributes.CTA_PROTO_DST_PORT;
import static org.waymark.conntrack.TupleAttributes.CTA_PROTO_NUM;
import static org.waymark.conntrack.TupleAttributes.CTA_PROTO_SRC_PORT;
import static org.waymark.conntrack.TupleAttributes.CTA_TUPLE_IP;
import static org.waymark.conntrack.TupleAttributes.CTA_TUPLE_PROTO;
import static org.waymark.conntrack.TupleAttributes.CTA_TUPLE_REPLY;
import static org.waymark.conntrack.TupleAttributes.CTA_ZONE;

import java.nio.ByteBuffer;
import org.waymark.linux.Endpoint;
import org.waymark.linux.NetfilterRequests;

/** Writes requests about connections, each by its reply tuple (linux/netfilter/nfnetlink_conntrack.h). */
final class TupleRequest {
    /** The length of the longest request, which is for IPv6, a zone and a mark, in bytes. */
    static final int MAX_BYTES = 112;

    private static final int IPCTNL_MSG_CT_NEW = 0x0100;
    private static final int IPCTNL_MSG_CT_GET = 0x0101;
    private static final int IPCTNL_MSG_CT_DELETE = 0x0102;
    private static final int ACKNOWLEDGED = NetfilterRequests.NLM_F_REQUEST | NetfilterRequests.NLM_F_ACK;

    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;

    private final NetfilterRequests requests;

    /**
     * @param requests the buffer for the requests, which begin at offset 0
     */
    TupleRequest(ByteBuffer requests) {
        this.requests = new NetfilterRequests(requests);
    }

    /** Starts again at the beginning of the buffer. */
    void clear() {
        requests.clear();
    }

    /** How many bytes have been written since {@link #clear}. */
    int length() {
        return requests.length();
    }

    /**
     * Appends a request for the entry of a connection.
     *
     * @param sequence the sequence number, which the answer repeats
     * @param protocol the IP protocol number
     * @param local the reply tuple's source
     * @param peer the reply tuple's destination
     * @param zone the conntrack zone of both directions; 0 is the default zone
     */
    void add(int sequence, byte protocol, Endpoint local, Endpoint peer, int zone) {
        begin(IPCTNL_MSG_CT_GET, NetfilterRequests.NLM_F_REQUEST, sequence, protocol, local, peer, zone);
        requests.end();
    }

    /** Appends a request to remove the entry of a connection, which the kernel acknowledges. The parameters are those of {@link #add}. */
    void remove(int sequence, byte protocol, Endpoint local, Endpoint peer, int zone) {
        begin(IPCTNL_MSG_CT_DELETE, ACKNOWLEDGED, sequence, protocol, local, peer, zone);
        requests.end();
    }

    /** Appends a request to change the mark of a connection, which the kernel acknowledges. The other parameters are those of {@link #add}. */
    void mark(int sequence, byte protocol, Endpoint local, Endpoint peer, int zone, int mark) {
        begin(IPCTNL_MSG_CT_NEW, ACKNOWLEDGED, sequence, protocol, local, peer, zone);
        requests.attribute(CTA_MARK, mark);
        requests.end();
    }

    private void begin(int type, int flags, int sequence, byte protocol, Endpoint local, Endpoint peer, int zone) {
        boolean ipv4 = peer.isIpv4();
        requests.begin(type, flags, sequence, ipv4 ? AF_INET : AF_INET6, 0);
        int tuple = requests.beginNested(CTA_TUPLE_REPLY);
        int addresses = requests.beginNested(CTA_TUPLE_IP);
        if (ipv4) {
            requests.attribute(CTA_IP_V4_SRC, local.ipv4());
            requests.attribute(CTA_IP_V4_DST, peer.ipv4());
        } else {
            requests.attribute(CTA_IP_V6_SRC, local.high(), local.low());
            requests.attribute(CTA_IP_V6_DST, peer.high(), peer.low());
        }
        requests.endNested(addresses);
        int ports = requests.beginNested(CTA_TUPLE_PROTO);
        requests.attribute(CTA_PROTO_NUM, protocol);
        requests.attribute(CTA_PROTO_SRC_PORT, (short) local.port());
        requests.attribute(CTA_PROTO_DST_PORT, (short) peer.port());
        requests.endNested(ports);
        requests.endNested(tuple);
        if (zone != 0) {
            requests.attribute(CTA_ZONE, (short) zone);
        }
    }
}
