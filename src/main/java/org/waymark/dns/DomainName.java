package org.waymark.dns;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;

/**
 * A domain name outside of a message: in wire form, uncompressed and in lower case, so that names which DNS treats as
 * equal have equal bytes (RFC 4343). Names are ordered so that a {@code HashMap} stays fast even if somebody chooses
 * names that all have the same hash code.
 */
public final class DomainName implements Comparable<DomainName> {
    private static final int WILDCARD_LABEL = 1 << Byte.SIZE | '*';

    private final byte[] wire;

    private DomainName(byte[] wire) {
        this.wire = wire;
    }

    /**
     * Reads a name as zone files write it, with or without a final dot: {@code www.example.com}, {@code .} for the
     * root. Bytes that do not print are written as {@code \DDD} (RFC 1035 section 5.1).
     *
     * @throws IllegalArgumentException if it is not a domain name; the message is for people
     */
    public static DomainName parse(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("\"\" is not a domain name");
        }
        if (!text.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new IllegalArgumentException(
                    "\"" + text
                            + "\" is not a domain name: it may have no blanks, and other letters than a to z only in the form xn--");
        }
        try {
            return of(Name.fromString(text, Name.root));
        } catch (TextParseException e) {
            throw new IllegalArgumentException("\"" + text + "\" is not a domain name: " + e.getMessage(), e);
        }
    }

    /** Copies the name at {@code position} of a buffer; it must consist of plain labels, as a question's name does. */
    public static DomainName read(ByteBuffer buffer, int position) {
        int end = position;
        while (buffer.get(end) != 0) {
            end += 1 + buffer.get(end);
        }
        byte[] wire = new byte[end + 1 - position];
        for (int i = 0; i < wire.length; i++) {
            wire[i] = (byte) lower(buffer.get(position + i));
        }
        return new DomainName(wire);
    }

    static DomainName of(Name name) {
        return new DomainName(name.toWireCanonical());
    }

    /** A byte of a name as 0 to 255, in lower case if it is a letter. The lengths of labels are smaller than any letter. */
    public static int lower(byte octet) {
        return octet >= 'A' && octet <= 'Z' ? octet + ('a' - 'A') : Byte.toUnsignedInt(octet);
    }

    /** The name in wire form, read-only: up to 255 bytes, of which the last one is the root's. */
    public ByteBuffer wire() {
        return ByteBuffer.wrap(wire).asReadOnlyBuffer();
    }

    /** Whether it is the root, the parent of all names. */
    public boolean isRoot() {
        return wire.length == 1;
    }

    /** Whether its first label is an asterisk, which stands for any labels in its place (RFC 4592). */
    public boolean isWildcard() {
        return wire.length > 2 && (wire[0] << Byte.SIZE | wire[1]) == WILDCARD_LABEL;
    }

    /** The name without its first label. Not for the root, which has no parent. */
    public DomainName parent() {
        return new DomainName(Arrays.copyOfRange(wire, 1 + wire[0], wire.length));
    }

    /** Whether the other name is this one or below it. */
    public boolean covers(DomainName other) {
        int start = 0;
        while (other.wire.length - start > wire.length) {
            start += 1 + other.wire[start];
        }
        return Arrays.equals(wire, 0, wire.length, other.wire, start, other.wire.length);
    }

    Name toName() {
        try {
            return new Name(wire);
        } catch (IOException e) {
            throw new IllegalStateException("a name that was found well-formed can't be parsed", e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DomainName name && Arrays.equals(wire, name.wire);
    }

    @Override
    public int compareTo(DomainName other) {
        return Arrays.compare(wire, other.wire);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(wire);
    }

    /** As in zone files, without the final dot: {@code www.example.com}; the root is {@code .}. */
    @Override
    public String toString() {
        return isRoot() ? "." : toName().toString(true);
    }
}
