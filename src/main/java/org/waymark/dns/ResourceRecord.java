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
 * A record of class IN that Waymark answers with: what it says, without the name that it says it of.
 *
 * <p>It holds the bytes alone, since there may be as many as a long hosts file has lines.
 */
public final class ResourceRecord {
    /** The type A. */
    public static final int A = Type.A;
    /** The type NS. */
    public static final int NS = Type.NS;
    /** The type CNAME. */
    public static final int CNAME = Type.CNAME;
    /** The type SOA. */
    public static final int SOA = Type.SOA;
    /** The type PTR. */
    public static final int PTR = Type.PTR;
    /** The type AAAA. */
    public static final int AAAA = Type.AAAA;
    /** The type DS. */
    public static final int DS = Type.DS;
    /** What asks for any type there is. */
    public static final int ANY = Type.ANY;

    /** Types from 128 to 255 are questions, or belong to a message rather than to a name (RFC 6895 section 3.1). */
    private static final int FIRST_META_TYPE = 128;

    private static final int LAST_META_TYPE = 255;
    private static final int IPV4_BYTES = 4;

    /** Who is responsible, and the times, of a zone that holds nothing (RFC 6303 section 3). */
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
     * @throws IllegalArgumentException if it is none, or none that a name can have records of; the message is for people
     */
    public static int parseType(String text) {
        int type = Type.value(text);
        if (type <= 0 || type == Type.OPT || type >= FIRST_META_TYPE && type <= LAST_META_TYPE) {
            throw new IllegalArgumentException("\"" + text + "\" is no record type");
        }
        return type;
    }

    /**
     * Reads a value as zone files have it; names in it need no final dot.
     *
     * @param type what {@link #parseType} gave
     * @throws IllegalArgumentException if it is none of this type; the message is for people
     */
    public static ResourceRecord parse(int type, String value, Duration ttl) {
        try {
            if (value.chars().anyMatch(Character::isISOControl)) {
                throw new IOException("it must be one line of text");
            }
            int seconds = Math.toIntExact(ttl.toSeconds());
            return of(Record.fromString(Name.root, type, DClass.IN, seconds, value, Name.root));
        } catch (IOException | RuntimeException e) {
            // dnsjava throws what comes to pass for some types: NumberFormatException, for one.
            throw new IllegalArgumentException(
                    "\"" + value + "\" is no value of type " + Type.string(type) + ": " + e.getMessage(), e);
        }
    }

    /** An A or AAAA record. */
    public static ResourceRecord address(InetAddress address, int ttlSeconds) {
        byte[] bytes = address.getAddress();
        return new ResourceRecord(bytes.length == IPV4_BYTES ? A : AAAA, ttlSeconds, bytes);
    }

    /** A record whose data is a name: NS, CNAME or PTR. */
    public static ResourceRecord name(int type, DomainName target, int ttlSeconds) {
        byte[] bytes = new byte[target.wire().remaining()];
        target.wire().get(bytes);
        return new ResourceRecord(type, ttlSeconds, bytes);
    }

    /**
     * The SOA record of a zone that Waymark makes up.
     *
     * @param zone the zone, which stands for its primary server, too
     * @param ttlSeconds how long answers that there is nothing may be kept (RFC 2308 section 5)
     */
    public static ResourceRecord startOfAuthority(DomainName zone, int ttlSeconds) {
        Name name = zone.toName();
        return of(new SOARecord(name, DClass.IN, ttlSeconds, name, NOBODY, 1, REFRESH, RETRY, EXPIRE, ttlSeconds));
    }

    private static ResourceRecord of(Record record) {
        return new ResourceRecord(record.getType(), (int) record.getTTL(), record.rdataToWireCanonical());
    }

    /** The type's number. */
    public int type() {
        return type;
    }

    /** How long it may be kept, in seconds. */
    public int ttl() {
        return ttl;
    }

    /** The name that the data is, of an NS, CNAME or PTR record. */
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

    /** As zone files have it: {@code A 192.0.2.1}. */
    @Override
    public String toString() {
        return Type.string(type) + " " + toRecord(Name.root).rdataToString();
    }
}
