package org.waymark.firewall;

import java.nio.ByteBuffer;
import org.waymark.linux.Endpoint;

/** An IP version, and where its packets and nftables have things. */
enum Family {
    IPV4(2, 4, 12, 16, 19, 7, Expressions.IPPROTO_ICMP),
    IPV6(10, 16, 8, 24, 21, 8, Expressions.IPPROTO_ICMPV6);

    /** {@code inet_proto} and {@code inet_service} of nft, which makes one number of the types of a key, six bits each. */
    private static final int TYPE_PROTOCOL_AND_PORT = 12 << 6 | 13;

    /** NFPROTO_*, which is the address family's number. */
    final int protocol;

    final int addressBytes;

    /** Where an IP header has the source and the destination. */
    final int source;

    final int destination;

    /** What nftables calls the addresses of a connection: NFT_CT_SRC_IP and the like. */
    final int connectionSource;

    final int connectionDestination;

    /** What nft calls the keys of a set of addresses, protocols and ports. */
    final int keyType;

    /** The protocol in which the kernel tells of errors. */
    final byte icmp;

    Family(
            int protocol,
            int addressBytes,
            int source,
            int destination,
            int connectionSource,
            int addressType,
            byte icmp) {
        this.protocol = protocol;
        this.addressBytes = addressBytes;
        this.source = source;
        this.destination = destination;
        this.connectionSource = connectionSource;
        this.connectionDestination = connectionSource + 1;
        this.keyType = addressType << 12 | TYPE_PROTOCOL_AND_PORT;
        this.icmp = icmp;
    }

    static Family of(Endpoint endpoint) {
        return endpoint.isIpv4() ? IPV4 : IPV6;
    }

    /** The bytes of a key in a set: address, protocol and port, each in registers of its own. */
    int keyBytes() {
        return addressBytes + 2 * Integer.BYTES;
    }

    byte[] key(ServerAddress server) {
        return ByteBuffer.allocate(keyBytes())
                .put(bytes(server.address()))
                .put(server.protocol().number())
                .putShort(addressBytes + Integer.BYTES, (short) server.address().port())
                .array();
    }

    byte[] bytes(Endpoint address) {
        ByteBuffer bytes = ByteBuffer.allocate(addressBytes);
        if (this == IPV4) {
            bytes.putInt(address.ipv4());
        } else {
            bytes.putLong(address.high()).putLong(address.low());
        }
        return bytes.array();
    }
}
