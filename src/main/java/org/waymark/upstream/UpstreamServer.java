package org.waymark.upstream;

import java.net.InetSocketAddress;
import org.waymark.linux.Endpoint;

/**
 * A server that questions go to.
 *
 * @param address where it listens
 * @param tcpOnly whether it is asked over a connection even when the client came over UDP
 * @param tls what encrypts the connection; null if nothing does
 */
public record UpstreamServer(InetSocketAddress address, boolean tcpOnly, TlsClient tls) {
    /**
     * A server that is asked in clear text.
     *
     * @param address where it listens
     * @param tcpOnly whether it is asked over TCP even when the client came over UDP
     */
    public UpstreamServer(InetSocketAddress address, boolean tcpOnly) {
        this(address, tcpOnly, null);
    }

    /**
     * A server that is asked over TLS only.
     *
     * @param address where it listens
     * @param tls what encrypts the connection
     * @return the server
     */
    public static UpstreamServer overTls(InetSocketAddress address, TlsClient tls) {
        return new UpstreamServer(address, true, tls);
    }

    @Override
    public String toString() {
        String at = Endpoint.of(address).toString();
        if (tls != null) {
            return "tls://" + at + "#" + tls.name();
        }
        return (tcpOnly ? "tcp://" : "") + at;
    }
}
