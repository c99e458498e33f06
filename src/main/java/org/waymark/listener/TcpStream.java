package org.waymark.listener;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.waymark.dns.WireMessage;
import org.waymark.linux.LinuxException;
import org.waymark.linux.Socket;
import org.waymark.loop.EndOfTurn;
import org.waymark.loop.Loop;
import org.waymark.loop.MessageFrames;

/**
 * A client's TCP connection: messages framed as in RFC 1035, section 4.2.2. It hands what comes in to a {@link ClientConnection}. What is
 * sent within a turn of the loop leaves together.
 */
final class TcpStream extends ChannelInboundHandlerAdapter implements MessageStream {
    /** As much leaves at once, and not only at the end of the turn. */
    private static final int USUAL_BYTES = 4_096;

    private final EpollSocketChannel channel;
    private final ClientConnection connection;
    private final EndOfTurn endOfTurn;

    /** What leaves at the end of the turn; null if nothing does. */
    private ByteBuf outgoing;

    /** Who is told when that has left. */
    private final List<Consumer<Boolean>> told = new ArrayList<>();

    private TcpStream(Loop loop, EpollSocketChannel channel, Function<MessageStream, ClientConnection> connection) {
        this.channel = channel;
        this.endOfTurn = new EndOfTurn(loop, this::sendOutgoing);
        this.connection = connection.apply(this);
    }

    /**
     * Begins to read.
     *
     * @param loop the worker's event loop
     * @param connection makes the connection of the stream
     */
    static ClientConnection start(
            Loop loop, EpollSocketChannel channel, Function<MessageStream, ClientConnection> connection) {
        TcpStream stream = new TcpStream(loop, channel, connection);
        channel.pipeline().addLast(MessageFrames.reader()).addLast(stream);
        return stream.connection;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        connection.opened();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        connection.received((ByteBuf) message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        connection.takeReceived();
        context.fireChannelReadComplete();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        connection.takeQueries();
        context.fireChannelWritabilityChanged();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            connection.clientHasEnded();
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        connection.closed();
        context.fireChannelInactive();
    }

    /** A client that resets its connection, or sends what can't be framed, loses it; nobody else does. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof IOException)) {
            connection.internalError(cause);
        }
        context.close();
    }

    @Override
    public boolean isOpen() {
        return channel.isActive();
    }

    @Override
    public boolean isWritable() {
        return channel.isWritable();
    }

    /** After the client has closed its side there is nothing more to read, and Netty can no longer watch the socket for it. */
    @Override
    public void read(boolean on) {
        if (!channel.isInputShutdown()) {
            channel.config().setAutoRead(on);
        }
    }

    @Override
    public void send(WireMessage message, Consumer<Boolean> sent) {
        if (outgoing == null) {
            outgoing = channel.alloc().buffer(USUAL_BYTES);
            endOfTurn.request();
        }
        MessageFrames.append(message.view(), outgoing);
        told.add(sent);
        if (outgoing.readableBytes() > USUAL_BYTES) {
            sendOutgoing();
        }
    }

    private void sendOutgoing() {
        if (outgoing != null) {
            // Whoever is told may send at once what is next.
            ByteBuf bytes = outgoing;
            List<Consumer<Boolean>> senders = List.copyOf(told);
            outgoing = null;
            told.clear();
            channel.writeAndFlush(bytes)
                    .addListener(written -> senders.forEach(sent -> sent.accept(written.isSuccess())));
        }
    }

    /** What was sent before has the former mark. */
    @Override
    public void mark(int mark) throws LinuxException {
        sendOutgoing();
        Socket.of(channel.fd().intValue()).mark(mark);
    }

    @Override
    public void close() {
        sendOutgoing();
        channel.close();
    }

    @Override
    public void closeWhenSent() {
        sendOutgoing();
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }
}
