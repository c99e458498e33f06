package org.waymark.listener;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.waymark.conntrack.TransportProtocol;
import org.waymark.dns.WireMessage;
import org.waymark.linux.Endpoint;
import org.waymark.linux.LinuxException;
import org.waymark.linux.Socket;
import org.waymark.loop.MessageFrames;
import org.waymark.mark.ConnectionMark;
import org.waymark.metrics.Count;

/**
 * A client's connection. Queries may come pipelined and are answered in any order (RFC 7766, section 6.2.1.1). The source of
 * marks is asked again for the queries of every read, because the mark may change while the connection is open.
 *
 * <p>A client can't make Waymark hold more for it than the limits say: only so many queries are taken at a time, the next
 * ones wait, at last in the client's own socket, until answers have left; and a client that does not read its answers
 * loses the connection.
 */
final class TcpConnection extends ChannelInboundHandlerAdapter {
    private final EpollSocketChannel channel;
    private final QueryGate gate;
    private final int maxUnanswered;
    private final UnsentAnswers unsent;
    private final Endpoint peer;
    private final LongSupplier connectionMark;
    private final ArrayDeque<ByteBuf> frames = new ArrayDeque<>();
    private long usedAt = System.nanoTime();
    private int unanswered;
    private int unsentParts;
    private boolean taking;

    /** What the source of marks told for the queries of this read, if it was asked already. */
    private long markOfRead;

    private boolean markIsTold;
    private boolean draining;
    private boolean ending;
    private int socketMark;

    /**
     * @param acceptedMark the mark that the socket had when it was accepted
     * @param maxUnanswered how many queries may be open at a time
     * @param unsent what the connection's answers that wait to be read are counted against
     */
    TcpConnection(
            EpollSocketChannel channel, int acceptedMark, QueryGate gate, int maxUnanswered, UnsentAnswers unsent) {
        this.channel = channel;
        this.gate = gate;
        this.maxUnanswered = maxUnanswered;
        this.unsent = unsent;
        this.peer = Endpoint.of(channel.remoteAddress());
        this.connectionMark = gate.marks().ofConnection(acceptedMark, Endpoint.of(channel.localAddress()), peer);
        this.socketMark = acceptedMark;
    }

    /** A socket that took over the client's mark does not send with it unless it is to. */
    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        if (!gate.markAnswers()) {
            markSocket(0);
        }
    }

    Endpoint peer() {
        return peer;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object frame) {
        if (draining) {
            ((ByteBuf) frame).release();
        } else {
            frames.add((ByteBuf) frame);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (!frames.isEmpty()) {
            usedAt = System.nanoTime();
        }
        takeQueries();
        context.fireChannelReadComplete();
    }

    private boolean mayTake() {
        return unanswered < maxUnanswered && channel.isWritable();
    }

    /** Takes the queries that have come as far as the limits allow, and reads on when there are none left. */
    private void takeQueries() {
        if (!taking && !frames.isEmpty() && mayTake()) {
            // A query that is answered at once asks for the next ones while these are being taken.
            taking = true;
            markIsTold = false;
            while (!frames.isEmpty() && mayTake()) {
                ByteBuf frame = frames.poll();
                take(frame);
                frame.release();
            }
            taking = false;
        }
        channel.config().setAutoRead(frames.isEmpty() && mayTake());
    }

    private void take(ByteBuf frame) {
        gate.counters().add(Count.TCP_QUERIES);
        WireMessage message = new WireMessage().at(frame.nioBuffer(), 0, frame.readableBytes());
        WireMessage ownAnswer = gate.judge(TransportProtocol.TCP, message, peer);
        if (QueryGate.isSilence(ownAnswer)) {
            return;
        }
        unanswered++;
        if (ownAnswer == null) {
            gate.forwarder().forward(new TcpQuery(this), message, mark());
        } else {
            long mark = gate.markAnswers() ? mark() : ConnectionMark.UNAVAILABLE;
            answer(ownAnswer, mark);
        }
    }

    /** Asked for only where it is needed, and once for each read. */
    private long mark() {
        if (!markIsTold) {
            markOfRead = connectionMark.getAsLong();
            markIsTold = true;
        }
        return markOfRead;
    }

    void answer(WireMessage answer, long mark) {
        int length = answer.length();
        unanswered--;
        if (channel.isActive()) {
            if (unsent.add(length)) {
                markSocket(gate.answerMark(mark));
                send(answer).addListener(sent -> unsent.remove(length));
            } else {
                gate.counters().add(Count.TCP_UNSENT_LIMIT);
                channel.close();
            }
        }
        takeQueries();
        closeIfDone();
    }

    /** One message at a time is all that a transfer has here, so it is not counted among the answers that pile up. */
    void part(WireMessage message, long mark, Consumer<Boolean> left) {
        if (!channel.isActive()) {
            left.accept(false);
            return;
        }
        markSocket(gate.answerMark(mark));
        unsentParts++;
        send(message).addListener(sent -> {
            unsentParts--;
            usedAt = System.nanoTime();
            left.accept(sent.isSuccess());
        });
    }

    /** An answer ends before its time; what else was asked on the connection is still answered. */
    void breakOff() {
        unanswered--;
        drain();
    }

    private ChannelFuture send(WireMessage answer) {
        return channel.writeAndFlush(MessageFrames.frame(channel.alloc(), answer.view()));
    }

    private void markSocket(int mark) {
        if (mark != socketMark) {
            try {
                Socket.of(channel.fd().intValue()).mark(mark);
                socketMark = mark;
            } catch (LinuxException e) {
                gate.counters().add(Count.UNSENT_ANSWERS);
                channel.close();
            }
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        takeQueries();
        context.fireChannelWritabilityChanged();
    }

    /** A client that has closed its side still gets the answers to all that it has asked. */
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            ending = true;
            closeIfDone();
        }
        context.fireUserEventTriggered(event);
    }

    /** Takes no more queries, and ends when those that were taken are answered. */
    void drain() {
        draining = true;
        ending = true;
        forgetFrames();
        closeIfDone();
    }

    private void closeIfDone() {
        if (ending && unanswered == 0 && frames.isEmpty()) {
            close();
        }
    }

    /**
     * Only whole messages count, for a zone transfer also those that leave; a client that does not read its answers is as idle as one
     * that asks nothing.
     */
    void closeIfIdle(long nowNanos, long idleNanos) {
        boolean waiting = unanswered > 0 && unsentParts == 0 && channel.isWritable();
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
        forgetFrames();
        context.fireChannelInactive();
    }

    private void forgetFrames() {
        frames.forEach(ByteBuf::release);
        frames.clear();
    }

    /** A client that resets its connection, or sends what can't be framed, loses it; nobody else does. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof IOException)) {
            gate.counters().add(Count.INTERNAL_ERRORS);
        }
        context.close();
    }

    @Override
    public String toString() {
        return peer + " (TCP)";
    }
}
