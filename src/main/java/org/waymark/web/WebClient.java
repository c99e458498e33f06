package org.waymark.web;

import io.netty.channel.Channel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * Who has a connection, as far as its address tells: an IPv4 address, or an IPv6 network of 64 bits, in which one host may take any address.
 *
 * @param isOnThisHost whether it came over loopback
 */
record WebClient(ByteBuffer network, boolean isOnThisHost) {
    private static final int NETWORK_BYTES = 8;

    static WebClient of(Channel connection) {
        InetAddress address = unmapped(((InetSocketAddress) connection.remoteAddress()).getAddress());
        byte[] bytes = address.getAddress();
        return new WebClient(
                ByteBuffer.wrap(bytes, 0, Math.min(NETWORK_BYTES, bytes.length)), address.isLoopbackAddress());
    }

    /** Java makes an IPv4 address of one that is mapped to IPv6. */
    private static InetAddress unmapped(InetAddress address) {
        try {
            return InetAddress.getByAddress(address.getAddress());
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e); // It has as many bytes as an address.
        }
    }
}
