package org.waymark.conntrack;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.waymark.linux.Endpoint;

/**
 * Writes IPCTNL_MSG_CT_GET requests: {@code struct nlmsghdr}, {@code struct nfgenmsg}, and the reply tuple as nested
 * attributes (linux/netfilter/nfnetlink_conntrack.h). Headers are in the processor's byte order, values big-endian.
 */
final class TupleRequest {
    /** A request about IPv6 in a zone is the longest. */
    static final int MAX_BYTES = 104;

    private static final short IPCTNL_MSG_CT_GET = 0x0101;
    private static final short NLM_F_REQUEST = 1;
    private static final int MESSAGE_TYPE = 4;
    private static final int MESSAGE_FLAGS = 6;
    private static final int MESSAGE_SEQUENCE = 8;
    private static final int FAMILY = 16;
    private static final int ATTRIBUTES = 20;

    private static final byte AF_INET = 2;
    private static final byte AF_INET6 = 10;

    private static final int NESTED = 0x8000;
    private static final int CTA_TUPLE_REPLY = 2;
    private static final int CTA_TUPLE_IP = 1;
    private static final int CTA_IP_V4_SRC = 1;
    private static final int CTA_IP_V4_DST = 2;
    private static final int CTA_IP_V6_SRC = 3;
    private static final int CTA_IP_V6_DST = 4;
    private static final int CTA_TUPLE_PROTO = 2;
    private static final int CTA_PROTO_NUM = 1;
    private static final int CTA_PROTO_SRC_PORT = 2;
    private static final int CTA_PROTO_DST_PORT = 3;
    private static final int CTA_ZONE = 18;
    private static final int ATTRIBUTE_HEADER = 4;

    private final ByteBuffer network;
    private final ByteBuffer host;
    private int at;

    /**
     * @param requests where the requests are written, from offset 0 on
     */
    TupleRequest(ByteBuffer requests) {
        this.network = requests.duplicate().order(ByteOrder.BIG_ENDIAN);
        this.host = requests.duplicate().order(ByteOrder.nativeOrder());
    }

    /** Begins again at the start of the buffer. */
    void clear() {
        at = 0;
    }

    /** The bytes written since {@link #clear}. */
    int length() {
        return at;
    }

    /**
     * Appends a request.
     *
     * @param sequence comes back with the answer
     * @param protocol the number of the IP protocol
     * @param local the reply tuple's source
     * @param peer the reply tuple's destination
     * @param zone the conntrack zone of both directions; 0 is the default zone
     */
    void add(int sequence, byte protocol, Endpoint local, Endpoint peer, int zone) {
        boolean ipv4 = peer.isIpv4();
        int message = at;
        host.putShort(message + MESSAGE_TYPE, IPCTNL_MSG_CT_GET);
        host.putShort(message + MESSAGE_FLAGS, NLM_F_REQUEST);
        host.putInt(message + MESSAGE_SEQUENCE, sequence);
        host.putInt(message + FAMILY, 0);
        host.put(message + FAMILY, ipv4 ? AF_INET : AF_INET6);
        at = message + ATTRIBUTES;

        int tuple = beginNested(CTA_TUPLE_REPLY);
        int addresses = beginNested(CTA_TUPLE_IP);
        if (ipv4) {
            ipv4(CTA_IP_V4_SRC, local);
            ipv4(CTA_IP_V4_DST, peer);
        } else {
            ipv6(CTA_IP_V6_SRC, local);
            ipv6(CTA_IP_V6_DST, peer);
        }
        endNested(addresses);
        int ports = beginNested(CTA_TUPLE_PROTO);
        attribute(CTA_PROTO_NUM, Byte.BYTES, protocol << 24);
        attribute(CTA_PROTO_SRC_PORT, Short.BYTES, local.port() << 16);
        attribute(CTA_PROTO_DST_PORT, Short.BYTES, peer.port() << 16);
        endNested(ports);
        endNested(tuple);
        if (zone != 0) {
            attribute(CTA_ZONE, Short.BYTES, zone << 16);
        }
        host.putInt(message, at - message);
    }

    private int beginNested(int type) {
        int start = at;
        host.putShort(start + 2, (short) (type | NESTED));
        at += ATTRIBUTE_HEADER;
        return start;
    }

    private void endNested(int start) {
        host.putShort(start, (short) (at - start));
    }

    private void header(int type, int valueBytes) {
        host.putShort(at, (short) (ATTRIBUTE_HEADER + valueBytes));
        host.putShort(at + 2, (short) type);
        at += ATTRIBUTE_HEADER;
    }

    /** A value of up to four bytes, left-aligned; what it leaves of them is the padding to the next attribute. */
    private void attribute(int type, int valueBytes, int leftAligned) {
        header(type, valueBytes);
        network.putInt(at, leftAligned);
        at += Integer.BYTES;
    }

    private void ipv4(int type, Endpoint endpoint) {
        attribute(type, Integer.BYTES, endpoint.ipv4());
    }

    private void ipv6(int type, Endpoint endpoint) {
        header(type, 2 * Long.BYTES);
        network.putLong(at, endpoint.high());
        network.putLong(at + Long.BYTES, endpoint.low());
        at += 2 * Long.BYTES;
    }
}
