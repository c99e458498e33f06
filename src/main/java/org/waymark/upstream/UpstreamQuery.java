package org.waymark.upstream;

import java.nio.ByteBuffer;
import java.util.Arrays;

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

    private byte[] message = new byte[USUAL_BYTES];
    private int length;
    private int questionEnd;
    private int mark;

    /** The socket or connection that the question is on, null when it is on none. */
    private UpstreamSocket socket;

    private int id;
    private long sentAt;
    private boolean isPadded;

    /** The neighbours in the line of questions to be sent; see {@link SendLine}. */
    UpstreamQuery previousInLine;

    UpstreamQuery nextInLine;

    /**
     * Takes over a question.
     *
     * @param source where the message is
     * @param offset where in {@code source} it begins
     * @param length its length in bytes
     * @param questionEnd where its question section ends, from the start of the message
     * @param mark the mark of every packet that is sent for it
     */
    protected final void question(ByteBuffer source, int offset, int length, int questionEnd, int mark) {
        if (message.length < length) {
            message = new byte[length];
        }
        source.get(offset, message, 0, length);
        this.length = length;
        this.questionEnd = questionEnd;
        this.mark = mark;
    }

    /** Forgets the question; an unusually large message gives its memory back. */
    protected final void forget() {
        if (message.length > 4 * USUAL_BYTES) {
            message = Arrays.copyOf(message, USUAL_BYTES);
        }
        length = 0;
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
     * @param answer where the message is; the owner may change it in place until this method returns
     * @param offset where in {@code answer} it begins
     * @param length its length in bytes
     */
    protected abstract void answered(ByteBuffer answer, int offset, int length);

    /**
     * The server will not answer.
     *
     * @param failure why
     */
    protected abstract void failed(Failure failure);

    /**
     * @return the question as it is sent, its first {@link #length} bytes; the id is that of the latest try
     */
    protected final byte[] message() {
        return message;
    }

    /**
     * @return the question's length in bytes
     */
    protected final int length() {
        return length;
    }

    /**
     * @return the mark of every packet that is sent for this question
     */
    public final int mark() {
        return mark;
    }

    final int questionEnd() {
        return questionEnd;
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
    protected final long sentAt() {
        return sentAt;
    }

    /** Whether the latest try had a padding option that the question has not; the server's answer may have one, too. */
    final boolean isPadded() {
        return isPadded;
    }

    final void padded() {
        isPadded = true;
    }

    final void board(UpstreamSocket socket, int id, long nowNanos) {
        this.socket = socket;
        this.id = id;
        this.sentAt = nowNanos;
        this.isPadded = false;
        message[0] = (byte) (id >>> Byte.SIZE);
        message[1] = (byte) id;
    }

    final void leave() {
        socket = null;
    }
}
