package org.waymark.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads the attributes of netfilter's answers, which may be nested (linux/netlink.h). An attribute whose header is
 * truncated is not found, but whether a value is complete is for the caller to check. Nothing is allocated, except for
 * texts.
 */
public final class Attributes {
    /** What {@link #find} returns if there is no such attribute. */
    public static final int NONE = -1;

    /** Where the attributes of an answer begin: after {@code struct nlmsghdr} and {@code struct nfgenmsg}. */
    public static final int START = 20;

    private static final int HEADER = 4;
    private static final int TYPE_MASK = 0x3fff;

    private final ByteBuffer network;
    private final ByteBuffer host;

    /**
     * @param answers the buffer that will hold the answers
     */
    public Attributes(ByteBuffer answers) {
        this.network = answers.duplicate().order(ByteOrder.BIG_ENDIAN);
        this.host = answers.duplicate().order(ByteOrder.nativeOrder());
    }

    /**
     * Finds an attribute.
     *
     * @param type the attribute's type
     * @param start where the first attribute begins: in the message, or in the value of an attribute that contains it
     * @param end where the last one ends
     * @return where its value begins; {@link #NONE} if there is none
     */
    public int find(int type, int start, int end) {
        for (int at = start; at + HEADER <= end; at += Math.max(HEADER, (size(at) + 3) & -4)) {
            if ((host.getShort(at + Short.BYTES) & TYPE_MASK) == type) {
                return at + HEADER;
            }
        }
        return NONE;
    }

    private int size(int attribute) {
        return Short.toUnsignedInt(host.getShort(attribute));
    }

    /**
     * @param value as {@link #find} returned it
     * @return where the value ends
     */
    public int end(int value) {
        return value - HEADER + size(value - HEADER);
    }

    /**
     * @param value as {@link #find} returned it
     * @return the value's 32 bits, big-endian
     */
    public int int32(int value) {
        return network.getInt(value);
    }

    /**
     * @param value as {@link #find} returned it
     * @return the value's 32 bits in the byte order of the processor, as in what the kernel says about routing
     */
    public int hostInt32(int value) {
        return host.getInt(value);
    }

    /**
     * @param value as {@link #find} returned it
     * @return the value's 16 bits in the byte order of the processor, unsigned
     */
    public int hostInt16(int value) {
        return Short.toUnsignedInt(host.getShort(value));
    }

    /**
     * @param start where the first attribute begins
     * @param end where the last one ends
     * @return the types of all attributes
     */
    public Set<Integer> types(int start, int end) {
        Set<Integer> types = new TreeSet<>();
        for (int at = start; at + HEADER <= end; at += Math.max(HEADER, (size(at) + 3) & -4)) {
            types.add(host.getShort(at + Short.BYTES) & TYPE_MASK);
        }
        return types;
    }

    /**
     * @param value as {@link #find} returned it
     * @return the value's 16 bits, big-endian, unsigned
     */
    public int int16(int value) {
        return Short.toUnsignedInt(network.getShort(value));
    }

    /**
     * @param value as {@link #find} returned it
     * @return the value's 8 bits, unsigned
     */
    public int int8(int value) {
        return Byte.toUnsignedInt(network.get(value));
    }

    /**
     * @param value as {@link #find} returned it
     * @return a copy of the value's bytes
     */
    public byte[] bytes(int value) {
        byte[] bytes = new byte[end(value) - value];
        network.get(value, bytes);
        return bytes;
    }

    /**
     * @param value as {@link #find} returned it
     * @return the value's 64 bits, big-endian
     */
    public long int64(int value) {
        return network.getLong(value);
    }

    /**
     * @param value as {@link #find} returned it
     * @return the value as text, up to its first 0 byte
     */
    public String text(int value) {
        StringBuilder text = new StringBuilder();
        for (int at = value; at < end(value) && network.get(at) != 0; at++) {
            text.append((char) network.get(at));
        }
        return text.toString();
    }
}
