package org.waymark.dns;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Type;

/**
 * A record of class IN for Waymark's own answers: type, TTL and data, without the owner name.
 *
 * <p>It holds only the bytes, since there may be as many records as a long hosts file has lines.
 */
public final class ResourceRecord {
    public static final int A = Type.A;
    public static final int NS = Type.NS;
    public static final int CNAME = Type.CNAME;
    public static final int SOA = Type.SOA;
    public static final int PTR = Type.PTR;
    public static final int AAAA = Type.AAAA;
    public static final int DS = Type.DS;
    /** The type of a query for records of any type. */
    public static final int ANY = Type.ANY;

    /** Types 128 to 255 occur only in questions, or belong to a message and not to a name (RFC 6895 section 3.1). */
    private static final int FIRST_META_TYPE = 128;

    private static final int LAST_META_TYPE = 255;
    private static final int IPV4_BYTES = 4;

    /** The responsible mailbox in the SOA record of an empty zone, as are the times below it (RFC 6303 section 3). */
    private static final Name NOBODY = Name.fromConstantString("nobody.invalid.");

    private static final int REFRESH = 3_600;
    private static final int RETRY = 1_200;
    private static final int EXPIRE = 604_800;

    private final int type;
    private final int ttl;
    private final byte[] data;

    private ResourceRecord(int type, int ttl, byte[] data) {
        this.type = type;
        this.ttl = ttl;
        this.data = data;
    }

    /**
     * Reads the name of a type: {@code A}, {@code https}, {@code TYPE65280}.
     *
     * @throws IllegalArgumentException if it is not a type, or a name can't have records of it; the message is for
     *     people
     */
    public static int parseType(String text) {
        int type = Type.value(text);
        if (type <= 0 || type == Type.OPT || type >= FIRST_META_TYPE && type <= LAST_META_TYPE) {
            throw new IllegalArgumentException("\"" + text + "\" is not a record type");
        }
        return type;
    }

    /**
     * Reads a value as zone files write it. Names in it need no final dot.
     *
     * @param type as {@link #parseType} returns it
     * @throws IllegalArgumentException if it is not a value of this type; the message is for people
     */
    public static ResourceRecord parse(int type, String value, Duration ttl) {
        try {
            if (value.chars().anyMatch(Character::isISOControl)) {
                throw new IOException("it must be one line of text");
            }
            int seconds = Math.toIntExact(ttl.toSeconds());
            return of(Record.fromString(Name.root, type, DClass.IN, seconds, value, Name.root));
        } catch (IOException | RuntimeException e) {
            // For some types dnsjava throws other exceptions, such as NumberFormatException.
            throw new IllegalArgumentException(
                    "\"" + value + "\" is not a value of type " + Type.string(type) + ": " + reason(e), e);
        }
    }

    /** Removes the file and line with which dnsjava begins its messages: the value does not come from a zone file. */
    private static String reason(Exception e) {
        return String.valueOf(e.getMessage()).replaceFirst("^<none>:\\d+: ", "");
    }

    /** Makes an A or AAAA record. */
    public static ResourceRecord address(InetAddress address, int ttlSeconds) {
        byte[] bytes = address.getAddress();
        return new ResourceRecord(bytes.length == IPV4_BYTES ? A : AAAA, ttlSeconds, bytes);
    }

    /** Makes a record whose data is a name: NS, CNAME or PTR. */
    public static ResourceRecord name(int type, DomainName target, int ttlSeconds) {
        byte[] bytes = new byte[target.wire().remaining()];
        target.wire().get(bytes);
        return new ResourceRecord(type, ttlSeconds, bytes);
    }

    /**
     * Makes the SOA record of a zone that Waymark invents.
     *
     * @param zone the zone, which is also named as its primary server
     * @param ttlSeconds how long negative answers may be cached (RFC 2308 section 5)
     */
    public static ResourceRecord startOfAuthority(DomainName zone, int ttlSeconds) {
        Name name = zone.toName();
        return of(new SOARecord(name, DClass.IN, ttlSeconds, name, NOBODY, 1, REFRESH, RETRY, EXPIRE, ttlSeconds));
    }

    static ResourceRecord of(Record record) {
        return new ResourceRecord(record.getType(), (int) record.getTTL(), record.rdataToWireCanonical());
    }

    /** The type's number. */
    public int type() {
        return type;
    }

    /** How long it may be cached, in seconds. */
    public int ttl() {
        return ttl;
    }

    /** The name in the data of an NS, CNAME or PTR record. */
    public DomainName target() {
        return DomainName.read(ByteBuffer.wrap(data), 0);
    }

    Record toRecord(Name owner) {
        return Record.newRecord(owner, type, DClass.IN, ttl, data);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ResourceRecord record
                && type == record.type
                && ttl == record.ttl
                && Arrays.equals(data, record.data);
    }

    @Override
    public int hashCode() {
        return 31 * type + Arrays.hashCode(data);
    }

    /** As in zone files: {@code A 192.0.2.1}. */
    @Override
    public String toString() {
        return Type.string(type) + " " + toRecord(Name.root).rdataToString();
    }
}
