package org.waymark.conntrack;

import static org.waymark.conntrack.TupleAttributes.CTA_MARK;
import static org.waymark.conntrack.TupleAttributes.CTA_TUPLE_ORIG;
import static org.waymark.conntrack.TupleAttributes.CTA_TUPLE_REPLY;
import static org.waymark.conntrack.TupleAttributes.CTA_TUPLE_ZONE;
import static org.waymark.conntrack.TupleAttributes.CTA_ZONE;

import org.waymark.linux.Attributes;
import org.waymark.linux.Endpoint;

/** A UDP or TCP connection of a {@link ConnectionDump}. The same object is used for all of them: everything is valid during the visit. */
public final class TrackedConnection {
    private static final int CTA_STATUS = 3;

    /** {@code IPS_SEEN_REPLY} (linux/netfilter/nf_conntrack_common.h). */
    private static final int SEEN_REPLY = 1 << 1;

    private final Attributes attributes;
    private final TupleReader tuples;
    private final Endpoint source = new Endpoint();
    private final Endpoint destination = new Endpoint();
    private final Endpoint replySource = new Endpoint();
    private TransportProtocol protocol;
    private int start;
    private int end;

    TrackedConnection(Attributes attributes) {
        this.attributes = attributes;
        this.tuples = new TupleReader(attributes);
    }

    /** Turns to a message of the dump; returns whether it is about a UDP or TCP connection. */
    boolean read(int message, int messageEnd) {
        start = message + Attributes.START;
        end = messageEnd;
        int original = attributes.find(CTA_TUPLE_ORIG, start, end);
        int reply = attributes.find(CTA_TUPLE_REPLY, start, end);
        if (original == Attributes.NONE || reply == Attributes.NONE) {
            return false;
        }
        protocol = tuples.protocol(original);
        return protocol != null
                && tuples.readSource(original, source)
                && tuples.readDestination(original, destination)
                && tuples.readSource(reply, replySource);
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
