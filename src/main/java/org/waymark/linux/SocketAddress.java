package org.waymark.linux;

import java.nio.ByteBuffer;

/** {@code struct sockaddr_in6}, see man 7 ipv6. IPv4 addresses are in it as IPv4-mapped ones. */
final class SocketAddress {
    static final int SIZE = 28;

    private static final int FAMILY = 0;
    private static final int PORT = 2;
    private static final int ADDRESS = 8;
    private static final int SCOPE = 24;

    private SocketAddress() {}

    static void write(NativeMemory memory, int at, Endpoint endpoint) {
        memory.host().putShort(at + FAMILY, (short) Socket.AF_INET6);
        ByteBuffer network = memory.network();
        network.putShort(at + PORT, (short) endpoint.port());
        network.putLong(at + ADDRESS, endpoint.high());
        network.putLong(at + ADDRESS + Long.BYTES, endpoint.low());
        memory.host().putInt(at + SCOPE, endpoint.isLinkLocal() ? endpoint.scope() : 0);
    }

    static void read(NativeMemory memory, int at, Endpoint endpoint) {
        ByteBuffer network = memory.network();
        endpoint.set(
                network.getLong(at + ADDRESS),
                network.getLong(at + ADDRESS + Long.BYTES),
                Short.toUnsignedInt(network.getShort(at + PORT)),
                memory.host().getInt(at + SCOPE));
    }
}
