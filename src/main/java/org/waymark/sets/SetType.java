package org.waymark.sets;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The types of sets that can hold clients' addresses, with the numbers that nft gives to the types of keys; the kernel only keeps them. */
enum SetType {
    IPV4_ADDR(false, SetType.TYPE_IPADDR, Integer.BYTES),
    IPV6_ADDR(false, SetType.TYPE_IP6ADDR, 2 * Long.BYTES),
    MARK_IPV4_ADDR(true, SetType.TYPE_IPADDR, Integer.BYTES),
    MARK_IPV6_ADDR(true, SetType.TYPE_IP6ADDR, 2 * Long.BYTES);

    private static final int TYPE_IPADDR = 7;
    private static final int TYPE_IP6ADDR = 8;
    private static final int TYPE_MARK = 19;

    /** How many bits each type has in the type of a concatenation. */
    private static final int TYPE_BITS = 6;

    private final boolean hasMark;
    private final int type;
    private final int addressBytes;

    SetType(boolean hasMark, int addressType, int addressBytes) {
        this.hasMark = hasMark;
        this.type = hasMark ? TYPE_MARK << TYPE_BITS | addressType : addressType;
        this.addressBytes = addressBytes;
    }

    /** The type of a set whose keys have this type and this length in bytes, if it is one of these. */
    static Optional<SetType> of(int type, int keyBytes) {
        return Arrays.stream(values())
                .filter(each -> each.type == type && each.keyBytes() == keyBytes)
                .findFirst();
    }

    private int keyBytes() {
        return hasMark ? Integer.BYTES + addressBytes : addressBytes;
    }

    /** The keys of those addresses that a set of this type can hold. */
    List<Key> keys(Addition addition) {
        return addition.addresses().stream()
                .filter(address -> address instanceof Inet4Address == (addressBytes == Integer.BYTES))
                .map(address -> key(addition.mark(), address))
                .toList();
    }

    private Key key(int mark, InetAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return key(hasMark ? mark : 0, bytes, 0);
    }

    private Key key(int mark, ByteBuffer bytes, int at) {
        return addressBytes == Integer.BYTES
                ? new Key(mark, 0, Integer.toUnsignedLong(bytes.getInt(at)))
                : new Key(mark, bytes.getLong(at), bytes.getLong(at + Long.BYTES));
    }

    /** The key as the kernel has it: the mark in the processor's byte order, the address in that of the network. */
    byte[] bytes(Key key) {
        ByteBuffer bytes = ByteBuffer.allocate(keyBytes());
        if (hasMark) {
            bytes.order(ByteOrder.nativeOrder()).putInt(key.mark()).order(ByteOrder.BIG_ENDIAN);
        }
        if (addressBytes == Integer.BYTES) {
            bytes.putInt((int) key.low());
        } else {
            bytes.putLong(key.high()).putLong(key.low());
        }
        return bytes.array();
    }

    /**
     * Reads a key as the kernel has it.
     *
     * @param bytes in network byte order
     * @param start where the key begins
     * @param end where it ends
     * @return the key; empty if it is of another length
     */
    Optional<Key> read(ByteBuffer bytes, int start, int end) {
        if (end - start != keyBytes()) {
            return Optional.empty();
        }
        ByteBuffer host = bytes.duplicate().order(ByteOrder.nativeOrder());
        return Optional.of(hasMark ? key(host.getInt(start), bytes, start + Integer.BYTES) : key(0, bytes, start));
    }

    /** As nft writes it. */
    @Override
    public String toString() {
        return switch (this) {
            case IPV4_ADDR -> "ipv4_addr";
            case IPV6_ADDR -> "ipv6_addr";
            case MARK_IPV4_ADDR -> "mark . ipv4_addr";
            case MARK_IPV6_ADDR -> "mark . ipv6_addr";
        };
    }
}
