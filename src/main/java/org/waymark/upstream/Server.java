package org.waymark.upstream;

import io.netty.util.NetUtil;
import java.net.InetSocketAddress;

/**
 * A server that questions go to.
 *
 * @param address where it listens
 * @param tcpOnly whether it is asked over TCP even when the client came over UDP
 */
public record Server(InetSocketAddress address, boolean tcpOnly) {
    @Override
    public String toString() {
        return (tcpOnly ? "tcp://" : "") + NetUtil.toSocketAddressString(address);
    }
}
