package org.waymark.linux;

import java.nio.ByteBuffer;

/**
 * Reads and writes socket addresses: {@code struct sockaddr_in6} (man 7 ipv6), with IPv4 addresses as IPv4-mapped ones,
 * and for IPv4 sockets {@code struct sockaddr_in} (man 7 ip).
 */
final class SocketAddress {
    /** The bytes of the larger structure. */
    static final int SIZE = 28;

    private static final int FAMILY = 0;
    private static final int PORT = 2;
    private static final int FLOW = 4;
    private static final int ADDRESS = 8;
    private static final int SCOPE = 24;

    private static final int IPV4_ADDRESS = 4;
    private static final int IPV4_SIZE = 16;

    private SocketAddress() {}

    /**
     * @param family the socket's
     * @return the length in bytes
     */
    static int write(NativeMemory memory, int at, Endpoint endpoint, int family) {
        memory.host().putShort(at + FAMILY, (short) family);
        ByteBuffer network = memory.network();
        network.putShort(at + PORT, (short) endpoint.port());
        if (family == Socket.AF_INET) {
            network.putInt(at + IPV4_ADDRESS, (int) endpoint.low());
            network.putLong(at + IPV4_ADDRESS + Integer.BYTES, 0);
            return IPV4_SIZE;
        }
        network.putInt(at + FLOW, 0);
        network.putLong(at + ADDRESS, endpoint.high());
        network.putLong(at + ADDRESS + Long.BYTES, endpoint.low());
        memory.host().putInt(at + SCOPE, endpoint.isLinkLocal() ? endpoint.scope() : 0);
        return SIZE;
    }

    static void read(NativeMemory memory, int at, Endpoint endpoint) {
        ByteBuffer network = memory.network();
        int port = Short.toUnsignedInt(network.getShort(at + PORT));
        if (memory.host().getShort(at + FAMILY) == Socket.AF_INET) {
            endpoint.setIpv4(network.getInt(at + IPV4_ADDRESS), port);
        } else {
            endpoint.set(
                    network.getLong(at + ADDRESS),
                    network.getLong(at + ADDRESS + Long.BYTES),
                    port,
                    memory.host().getInt(at + SCOPE));
        }
    }
}
