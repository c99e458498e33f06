package org.waymark.upstream;

import java.nio.ByteBuffer;
import org.waymark.dns.WireMessage;

/**
 * One question under way to one server. The owner fills it, hands it to {@link ServerAccess#send}, and is then told once:
 * {@link #answered} or {@link #failed}; or it takes the query back with {@link UpstreamSockets#cancel}. After that it may be
 * sent again, to another server, still with the mark that it came with.
 *
 * <p>The answer to a zone transfer has several messages. The owner is told of one at a time, asks for the next with {@link
 * UpstreamSockets#readOn}, and takes the query back after the last.
 */
public abstract class UpstreamQuery {
    private static final int USUAL_BYTES = 128;

    private final WireMessage message = new WireMessage();
    private ByteBuffer buffer = ByteBuffer.allocate(USUAL_BYTES);
    private int mark;

    /** The socket or connection that the question is on, null when it is on none. */
    private UpstreamSocket socket;

    private int id;
    private long sentAt;
    private long answeredAt;
    private int sourcePort;
    private boolean isPadded;

    /** The neighbours in the line of questions to be sent; see {@link SendLine}. */
    UpstreamQuery previousInLine;

    UpstreamQuery nextInLine;

    /**
     * Takes over a question.
     *
     * @param source the message, whose question is known; it is copied
     * @param mark the mark of every packet that is sent for it
     */
    protected final void question(WireMessage source, int mark) {
        if (buffer.capacity() < source.length()) {
            buffer = ByteBuffer.allocate(source.length());
        }
        message.copyOf(source, buffer);
        this.mark = mark;
    }

    /** Forgets the question; an unusually large message gives its memory back. */
    protected final void forget() {
        if (buffer.capacity() > 4 * USUAL_BYTES) {
            buffer = ByteBuffer.allocate(USUAL_BYTES);
        }
        message.at(buffer, 0, 0);
    }

    /**
     * @return whether it is for a zone transfer over TCP, which has a connection of its own
     */
    public boolean isTransfer() {
        return false;
    }

    /**
     * The server has answered. The message is the server's, but for the id.
     *
     * @param answer the message; the owner may change it in place until this method returns
     */
    protected abstract void answered(WireMessage answer);

    /**
     * The server will not answer.
     *
     * @param failure why
     */
    protected abstract void failed(Failure failure);

    /**
     * @return the question as it is sent; the id is that of the latest try
     */
    public final WireMessage message() {
        return message;
    }

    /**
     * @return the mark of every packet that is sent for this question
     */
    public final int mark() {
        return mark;
    }

    final UpstreamSocket socket() {
        return socket;
    }

    final int id() {
        return id;
    }

    /**
     * @return when it was sent to the server that it is on now, as {@link System#nanoTime} tells it
     */
    public final long sentAt() {
        return sentAt;
    }

    final void answeredAt(long nowNanos) {
        answeredAt = nowNanos;
    }

    /**
     * @return when the latest answer came, as {@link System#nanoTime} tells it
     */
    public final long answeredAt() {
        return answeredAt;
    }

    /**
     * @return the source port that it was sent from last
     */
    public final int sourcePort() {
        return sourcePort;
    }

    /** Whether the latest try had a padding option that the question has not; the server's answer may have one, too. */
    final boolean isPadded() {
        return isPadded;
    }

    final void padded() {
        isPadded = true;
    }

    final void sentOn(UpstreamSocket socket, int id, long nowNanos) {
        this.socket = socket;
        this.id = id;
        this.sentAt = nowNanos;
        this.sourcePort = socket.sourcePort();
        this.isPadded = false;
        message.setId(id);
    }

    final void leave() {
        socket = null;
    }
}
