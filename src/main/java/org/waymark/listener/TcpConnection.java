package org.waymark.listener;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.waymark.conntrack.MarkLookup;
import org.waymark.conntrack.TransportProtocol;
import org.waymark.linux.Endpoint;
import org.waymark.linux.LinuxException;
import org.waymark.linux.Socket;
import org.waymark.metrics.Count;

/**
 * A client's connection. Queries may come pipelined and are answered in any order (RFC 7766, section 6.2.1.1). The mark is
 * looked up again for the queries of every read, because it may change while the connection is open.
 */
final class TcpConnection extends ChannelInboundHandlerAdapter {
    private static final int LENGTH_BYTES = 2;

    private final EpollSocketChannel channel;
    private final Intake intake;
    private final Endpoint peer;
    private final Endpoint local;
    private final List<ByteBuf> frames = new ArrayList<>();
    private long usedAt = System.nanoTime();
    private int unanswered;
    private boolean noMoreQueries;
    private int socketMark;

    TcpConnection(EpollSocketChannel channel, Intake intake) {
        this.channel = channel;
        this.intake = intake;
        this.peer = Endpoint.of(channel.remoteAddress());
        this.local = Endpoint.of(channel.localAddress());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object frame) {
        frames.add((ByteBuf) frame);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (!frames.isEmpty()) {
            usedAt = System.nanoTime();
            long connectionMark = lookUp();
            for (ByteBuf frame : frames) {
                take(frame, connectionMark);
                frame.release();
            }
            frames.clear();
        }
        context.fireChannelReadComplete();
    }

    private long lookUp() {
        MarkLookup lookup = intake.lookup();
        lookup.clear();
        int index = lookup.add(TransportProtocol.TCP, local, peer);
        lookup.run();
        return lookup.mark(index);
    }

    private void take(ByteBuf frame, long connectionMark) {
        if (noMoreQueries) {
            return;
        }
        intake.counters().add(Count.TCP_QUERIES);
        ByteBuffer message = frame.nioBuffer();
        int length = frame.readableBytes();
        byte[] ownAnswer = intake.judge(message, 0, length, peer);
        if (Intake.isSilence(ownAnswer)) {
            return;
        }
        unanswered++;
        if (ownAnswer == null) {
            TcpQuery query = new TcpQuery(this, intake.reader().questionEnd());
            intake.forwarder().forward(query, message, 0, length, connectionMark);
        } else {
            answer(ByteBuffer.wrap(ownAnswer), 0, ownAnswer.length, connectionMark);
        }
    }

    void answer(ByteBuffer answer, int offset, int length, long connectionMark) {
        unanswered--;
        if (channel.isActive()) {
            markSocket(intake.answerMark(connectionMark));
            // One write for length and message (RFC 7766, section 8).
            ByteBuf frame = channel.alloc().buffer(LENGTH_BYTES + length);
            frame.writeShort(length)
                    .writeBytes(answer.duplicate().limit(offset + length).position(offset));
            channel.writeAndFlush(frame, channel.voidPromise());
        }
        closeIfDone();
    }

    private void markSocket(int mark) {
        if (mark != socketMark) {
            try {
                Socket.of(channel.fd().intValue()).mark(mark);
                socketMark = mark;
            } catch (LinuxException e) {
                intake.counters().add(Count.UNSENT_ANSWERS);
                channel.close();
            }
        }
    }

    /** A client that does not read its answers is not read from, either: so they can't pile up. */
    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        channel.config().setAutoRead(channel.isWritable());
        context.fireChannelWritabilityChanged();
    }

    /** A client that has closed its side still gets its answers. */
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            drain();
        }
        context.fireUserEventTriggered(event);
    }

    void drain() {
        noMoreQueries = true;
        closeIfDone();
    }

    private void closeIfDone() {
        if (noMoreQueries && unanswered == 0) {
            close();
        }
    }

    /** Only whole messages count; a client that does not read its answers is as idle as one that asks nothing. */
    void closeIfIdle(long nowNanos, long idleNanos) {
        boolean waiting = unanswered > 0 && channel.isWritable();
        if (!waiting && nowNanos - usedAt > idleNanos) {
            channel.close();
        }
    }

    /** Closes the connection once everything that was written is sent. */
    void close() {
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        frames.forEach(ByteBuf::release);
        frames.clear();
        context.fireChannelInactive();
    }

    /** A client that resets its connection, or sends what can't be framed, loses it; nobody else does. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof IOException)) {
            intake.counters().add(Count.INTERNAL_ERRORS);
        }
        context.close();
    }

    @Override
    public String toString() {
        return peer + " (TCP)";
    }
}
