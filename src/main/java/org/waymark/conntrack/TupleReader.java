package org.waymark.conntrack;

import static org.waymark.conntrack.TupleAttributes.CTA_IP_V4_DST;
import static org.waymark.conntrack.TupleAttributes.CTA_IP_V4_SRC;
import static org.waymark.conntrack.TupleAttributes.CTA_IP_V6_DST;
import static org.waymark.conntrack.TupleAttributes.CTA_IP_V6_SRC;
import static org.waymark.conntrack.TupleAttributes.CTA_PROTO_DST_PORT;
import static org.waymark.conntrack.TupleAttributes.CTA_PROTO_NUM;
import static org.waymark.conntrack.TupleAttributes.CTA_PROTO_SRC_PORT;
import static org.waymark.conntrack.TupleAttributes.CTA_TUPLE_IP;
import static org.waymark.conntrack.TupleAttributes.CTA_TUPLE_PROTO;

import org.waymark.linux.Attributes;
import org.waymark.linux.Endpoint;

/** Reads the tuples of conntrack entries: where packets of one direction come from, and where they go to. */
record TupleReader(Attributes attributes) {
    /**
     * @param tuple the value of CTA_TUPLE_ORIG or CTA_TUPLE_REPLY
     * @return null unless it is UDP or TCP
     */
    TransportProtocol protocol(int tuple) {
        int ports = attributes.find(CTA_TUPLE_PROTO, tuple, attributes.end(tuple));
        int number = ports == Attributes.NONE
                ? Attributes.NONE
                : attributes.find(CTA_PROTO_NUM, ports, attributes.end(ports));
        for (TransportProtocol protocol : TransportProtocol.values()) {
            if (number != Attributes.NONE && attributes.int8(number) == protocol.number()) {
                return protocol;
            }
        }
        return null;
    }

    /** Reads where packets come from; returns whether all of it is there. */
    boolean readSource(int tuple, Endpoint into) {
        return read(tuple, into, CTA_IP_V4_SRC, CTA_IP_V6_SRC, CTA_PROTO_SRC_PORT);
    }

    /** Reads where packets go to; returns whether all of it is there. */
    boolean readDestination(int tuple, Endpoint into) {
        return read(tuple, into, CTA_IP_V4_DST, CTA_IP_V6_DST, CTA_PROTO_DST_PORT);
    }

    private boolean read(int tuple, Endpoint into, int ipv4Type, int ipv6Type, int portType) {
        int end = attributes.end(tuple);
        int addresses = attributes.find(CTA_TUPLE_IP, tuple, end);
        int ports = attributes.find(CTA_TUPLE_PROTO, tuple, end);
        if (addresses == Attributes.NONE || ports == Attributes.NONE) {
            return false;
        }
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
