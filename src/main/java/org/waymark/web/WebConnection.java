package org.waymark.web;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection of one client, which takes each answer before it sends the next request. A client that does not, or that needs longer than
 * the patience for a request, or to take its answer, is not waited for.
 */
final class WebConnection extends SimpleChannelInboundHandler<HttpObject> {
    private static final Logger LOG = LoggerFactory.getLogger(WebConnection.class);

    /** Who sends more requests before it has answers would have the others wait; neither browsers nor Prometheus send two. */
    private static final int MOST_TOGETHER = 4;

    private static final int BAD_REQUEST = 400;
    private static final int TOO_LARGE = 413;
    private static final int OTHER_VERSION = 505;

    private final Function<Request, HttpAnswer> site;
    private final Connections connections;
    private final Duration patience;
    private HttpRequest request;
    private boolean isAnswering;
    private int together;
    private Future<?> deadline;

    /**
     * @param site answers requests; it must not wait
     * @param connections those that are open
     * @param patience for a request, and for its answer to be taken
     */
    WebConnection(Function<Request, HttpAnswer> site, Connections connections, Duration patience) {
        this.site = site;
        this.connections = connections;
        this.patience = patience;
    }

    @Override
    public void channelActive(ChannelHandlerContext client) {
        connections.opened(client.channel());
        await(client);
    }

    /** Begins to wait: for the next request, or for its answer to be taken. */
    private void await(ChannelHandlerContext client) {
        if (deadline != null) {
            deadline.cancel(false);
        }
        deadline = client.executor().schedule(() -> client.close(), patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void channelInactive(ChannelHandlerContext client) {
        connections.ended(client.channel());
        deadline.cancel(false);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext client, HttpObject part) {
        if (isAnswering || together == MOST_TOGETHER) {
            client.close();
        } else if (!part.decoderResult().isSuccess()) {
            last(client, HttpAnswer.line(BAD_REQUEST, "This is no request of HTTP, or is too long."));
        } else if (part instanceof HttpContent content && content.content().isReadable()) {
            last(client, HttpAnswer.line(TOO_LARGE, "Nothing is to be sent here."));
        } else if (part instanceof HttpRequest begun) {
            request = begun;
        } else if (part instanceof LastHttpContent) {
            together++;
            answer(client);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext client) {
        together = 0;
    }

    private void answer(ChannelHandlerContext client) {
        if (request.protocolVersion().majorVersion() != 1) {
            last(client, HttpAnswer.line(OTHER_VERSION, "Ask with HTTP/1.1."));
            return;
        }
        if (!namesOneHost(request)) {
            last(client, HttpAnswer.line(BAD_REQUEST, "A request must name the server, once, in its header Host."));
            return;
        }
        boolean isLast = !HttpUtil.isKeepAlive(request);
        send(client, answerTo(request), request.method().name().equals("HEAD"), isLast);
    }

    /** Only HTTP/1.0 may do without, which no browser speaks. */
    private static boolean namesOneHost(HttpRequest http) {
        List<String> hosts = http.headers().getAll(HttpHeaderNames.HOST);
        return hosts.isEmpty()
                ? http.protocolVersion().equals(HttpVersion.HTTP_1_0)
                : hosts.size() == 1 && !hosts.get(0).isBlank();
    }

    private HttpAnswer answerTo(HttpRequest http) {
        try {
            Request asked = Request.of(http);
            HttpAnswer answer = site.apply(asked);
            return asked.takesGzip() ? answer.compressed() : answer;
        } catch (IllegalArgumentException e) {
            return HttpAnswer.line(BAD_REQUEST, "This is not an address: " + e.getMessage());
        }
    }

    /** Answers, and lets nothing more come over this connection. */
    private void last(ChannelHandlerContext client, HttpAnswer answer) {
        send(client, answer, false, true);
    }

    private void send(ChannelHandlerContext client, HttpAnswer answer, boolean onlyHead, boolean isLast) {
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(answer.status()),
                onlyHead ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(answer.body()));
        SafeHeaders.set(response.headers());
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, answer.type())
                .set(HttpHeaderNames.CONTENT_LENGTH, answer.body().length)
                .set(HttpHeaderNames.VARY, "Accept, Accept-Encoding");
        if (answer.isCompressed()) {
            response.headers().set(HttpHeaderNames.CONTENT_ENCODING, HttpHeaderValues.GZIP);
        }
        if (isLast) {
            response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        isAnswering = true;
        await(client);
        connections.sending(client.channel(), answer.body().length);
        client.writeAndFlush(response).addListener((ChannelFutureListener) written -> {
            if (isLast || !written.isSuccess()) {
                client.close();
            } else {
                isAnswering = false;
                connections.sent(client.channel());
                await(client);
            }
        });
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext client, Throwable cause) {
        if (cause instanceof RuntimeException && !(cause instanceof DecoderException)) {
            LOG.error("a request over HTTP has failed", cause);
        }
        client.close();
    }
}
