package org.waymark.upstream;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.NetUtil;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;

/**
 * DNS over TLS with one server (RFC 7858): the server is known by its name, as in the strict profile of RFC 8310, and what it
 * hands out to resume sessions is kept for the next connection. Shared by all workers.
 */
public final class TlsClient {
    private static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};
    private static final String ALPN = "dot";

    /** Java looks sessions up by host and port, so that only the latest is ever used again. */
    private static final int SESSIONS = 16;

    private static final long HANDSHAKE_TIMEOUT_MILLIS = 3000;

    private final String name;
    private final int port;
    private final SslContext context;

    /**
     * @param name what the server's certificate must carry: a host name, or an IPv4 address in digits
     * @param port where the server listens
     * @param authorities the only ones that are trusted to sign it; none stands for those that Java trusts
     * @throws IllegalStateException if this Java can't speak TLS
     */
    public TlsClient(String name, int port, List<X509Certificate> authorities) {
        this.name = name;
        this.port = port;
        this.context = context(name, authorities);
        rehearse();
    }

    /**
     * Begins a handshake with nobody. In a process that has not spoken TLS yet this loads hundreds of classes, for which otherwise the first
     * queries would wait: on a host with little processor time, longer than a try may take.
     */
    private void rehearse() {
        SSLEngine engine = newHandler(UnpooledByteBufAllocator.DEFAULT).engine();
        ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        try {
            engine.beginHandshake();
            engine.wrap(ByteBuffer.allocate(0), hello);
        } catch (SSLException e) {
            throw new IllegalStateException("this Java can't speak TLS with " + name + ": " + e.getMessage(), e);
        }
    }

    private static SslContext context(String name, List<X509Certificate> authorities) {
        SslContextBuilder builder = SslContextBuilder.forClient()
                .sslProvider(SslProvider.JDK)
                .protocols(VERSIONS)
                .endpointIdentificationAlgorithm("HTTPS")
                .sessionCacheSize(SESSIONS)
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        Protocol.ALPN,
                        SelectorFailureBehavior.NO_ADVERTISE,
                        SelectedListenerFailureBehavior.ACCEPT,
                        ALPN));
        if (!authorities.isEmpty()) {
            builder.trustManager(authorities);
        }
        try {
            return builder.build();
        } catch (SSLException e) {
            throw new IllegalStateException("this Java can't speak TLS with " + name + ": " + e.getMessage(), e);
        }
    }

    String name() {
        return name;
    }

    /** What encrypts one connection. It shakes hands when the connection is there, and lets nothing pass before. */
    SslHandler newHandler(ByteBufAllocator allocator) {
        SslHandler handler = context.newHandler(allocator, name, port);
        if (!NetUtil.isValidIpV4Address(name)) {
            // By itself Java tells no server the names that have no dot.
            SSLParameters parameters = handler.engine().getSSLParameters();
            parameters.setServerNames(List.<SNIServerName>of(new SNIHostName(name)));
            handler.engine().setSSLParameters(parameters);
        }
        handler.setHandshakeTimeoutMillis(HANDSHAKE_TIMEOUT_MILLIS);
        return handler;
    }
}
