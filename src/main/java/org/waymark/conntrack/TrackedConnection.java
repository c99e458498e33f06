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
import static org.waymark.conntrack.TupleAttributes.CTA_TUPLE_REPLY;
import static org.waymark.conntrack.TupleAttributes.CTA_TUPLE_ZONE;

import org.waymark.linux.Attributes;
import org.waymark.linux.Endpoint;

/** A UDP or TCP connection of a {@link ConnectionDump}. The same object is used for all of them: everything is valid during the visit. */
public final class TrackedConnection {
    private static final int CTA_STATUS = 3;
    private static final int CTA_MARK = 8;
    private static final int CTA_ZONE = 18;

    /** {@code IPS_SEEN_REPLY} (linux/netfilter/nf_conntrack_common.h). */
    private static final int SEEN_REPLY = 1 << 1;

    private final Attributes attributes;
    private final Endpoint source = new Endpoint();
    private final Endpoint destination = new Endpoint();
    private final Endpoint replySource = new Endpoint();
    private TransportProtocol protocol;
    private int start;
    private int end;

    TrackedConnection(Attributes attributes) {
        this.attributes = attributes;
    }

    /** Turns to a message of the dump; returns whether it is about a UDP or TCP connection. */
    boolean read(int message, int messageEnd) {
        start = message + Attributes.START;
        end = messageEnd;
        int original = attributes.find(CTA_TUPLE_ORIG, start, end);
        int reply = attributes.find(CTA_TUPLE_REPLY, start, end);
        return original != Attributes.NONE
                && reply != Attributes.NONE
                && readSource(original, source)
                && readDestination(original)
                && readSource(reply, replySource);
    }

    private boolean readSource(int tuple, Endpoint into) {
        return read(into, tuple, CTA_IP_V4_SRC, CTA_IP_V6_SRC, CTA_PROTO_SRC_PORT);
    }

    private boolean readDestination(int tuple) {
        return read(destination, tuple, CTA_IP_V4_DST, CTA_IP_V6_DST, CTA_PROTO_DST_PORT);
    }

    private boolean read(Endpoint into, int tuple, int ipv4Type, int ipv6Type, int portType) {
        int tupleEnd = attributes.end(tuple);
        int addresses = attributes.find(CTA_TUPLE_IP, tuple, tupleEnd);
        int ports = attributes.find(CTA_TUPLE_PROTO, tuple, tupleEnd);
        if (addresses == Attributes.NONE || ports == Attributes.NONE) {
            return false;
        }
        protocol = protocol(attributes.find(CTA_PROTO_NUM, ports, attributes.end(ports)));
        int port = attributes.find(portType, ports, attributes.end(ports));
        int ipv4 = attributes.find(ipv4Type, addresses, attributes.end(addresses));
        int ipv6 = attributes.find(ipv6Type, addresses, attributes.end(addresses));
        if (protocol == null || port == Attributes.NONE || ipv4 == Attributes.NONE && ipv6 == Attributes.NONE) {
            return false;
        }
        if (ipv4 != Attributes.NONE) {
            into.setIpv4(attributes.int32(ipv4), attributes.int16(port));
        } else {
            into.setIpv6(attributes.int64(ipv6), attributes.int64(ipv6 + Long.BYTES), attributes.int16(port));
        }
        return true;
    }

    private TransportProtocol protocol(int number) {
        for (TransportProtocol each : TransportProtocol.values()) {
            if (number != Attributes.NONE && attributes.int8(number) == each.number()) {
                return each;
            }
        }
        return null;
    }

    /**
     * @return the connection's protocol
     */
    public TransportProtocol protocol() {
        return protocol;
    }

    /**
     * @return where its first packet came from
     */
    public Endpoint source() {
        return source;
    }

    /**
     * @return where that packet went to, before any NAT
     */
    public Endpoint destination() {
        return destination;
    }

    /**
     * @return where answers come from: the socket that the first packet reached, after any NAT
     */
    public Endpoint replySource() {
        return replySource;
    }

    /**
     * @return the connection's mark; 0 as well if the kernel does not report it
     */
    public int mark() {
        int mark = attributes.find(CTA_MARK, start, end);
        return mark == Attributes.NONE ? 0 : attributes.int32(mark);
    }

    /**
     * @return the conntrack zone of its first packet; 0 is the default zone
     */
    public int zone() {
        return zone(CTA_TUPLE_ORIG);
    }

    /**
     * @return the conntrack zone of its answers; 0 is the default zone
     */
    public int replyZone() {
        return zone(CTA_TUPLE_REPLY);
    }

    /** A zone of both directions is an attribute of the connection, that of one direction is an attribute of its tuple. */
    private int zone(int direction) {
        int both = attributes.find(CTA_ZONE, start, end);
        if (both != Attributes.NONE) {
            return attributes.int16(both);
        }
        int tuple = attributes.find(direction, start, end);
        int one = attributes.find(CTA_TUPLE_ZONE, tuple, attributes.end(tuple));
        return one == Attributes.NONE ? 0 : attributes.int16(one);
    }

    /**
     * @return whether an answer has come in, even if a rule or the reverse path filter has dropped it afterwards
     */
    public boolean isAnswered() {
        int status = attributes.find(CTA_STATUS, start, end);
        return status != Attributes.NONE && (attributes.int32(status) & SEEN_REPLY) != 0;
    }
}
