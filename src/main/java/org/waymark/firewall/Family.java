package org.waymark.firewall;

import java.nio.ByteBuffer;
import org.waymark.linux.Endpoint;

/** An IP version, with the offsets in its packets and its numbers in nftables. */
enum Family {
    IPV4(2, 4, 9, 12, 20, 19, 7, NfTables.IPPROTO_ICMP, 0x0303),
    IPV6(10, 16, 6, 8, 40, 21, 8, NfTables.IPPROTO_ICMPV6, 0x0104);

    /** The types {@code inet_proto} and {@code inet_service} of nft. It combines the types of a key into one number, six bits each. */
    private static final int TYPE_PROTOCOL_AND_PORT = 12 << 6 | 13;

    /** NFPROTO_*, the number of the address family. */
    final int protocol;

    final int addressBytes;

    /** Offsets in an IP header: of the protocol, the source and the destination, and of its end if it has no options. */
    final int ipProtocol;

    final int source;

    final int destination;
    final int headerBytes;

    /** What nftables calls the destination of a connection: NFT_CT_DST_IP or NFT_CT_DST_IP6. */
    final int connectionDestination;

    /** What nft calls the type of a key of address, protocol and port. */
    final int keyType;

    /** The protocol in which the kernel reports errors. */
    final byte icmp;

    /** The type and the code of "port unreachable". */
    final int portUnreachable;

    Family(
            int protocol,
            int addressBytes,
            int ipProtocol,
            int source,
            int headerBytes,
            int connectionSource,
            int addressType,
            byte icmp,
            int portUnreachable) {
        this.protocol = protocol;
        this.addressBytes = addressBytes;
        this.ipProtocol = ipProtocol;
        this.source = source;
        this.destination = source + addressBytes;
        this.headerBytes = headerBytes;
        this.connectionDestination = connectionSource + 1;
        this.keyType = addressType << 12 | TYPE_PROTOCOL_AND_PORT;
        this.icmp = icmp;
        this.portUnreachable = portUnreachable;
    }

    static Family of(Endpoint endpoint) {
        return endpoint.isIpv4() ? IPV4 : IPV6;
    }

    /** The bytes of a key in a set: address, protocol and port, each in its own registers. */
    int keyBytes() {
        return addressBytes + 2 * Integer.BYTES;
    }

    byte[] key(ServerElement server) {
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
