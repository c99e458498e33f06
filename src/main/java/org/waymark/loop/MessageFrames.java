package org.waymark.loop;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import java.nio.ByteBuffer;

/** The messages of a stream, each behind its length in two bytes (RFC 1035 section 4.2.2). */
public final class MessageFrames {
    private static final int LENGTH_BYTES = 2;
    private static final int MAX_FRAME = LENGTH_BYTES + 0xffff;

    private MessageFrames() {}

    /**
     * @return makes messages of a stream's bytes, each a {@link ByteBuf}; for one channel
     */
    public static ChannelHandler reader() {
        return new LengthFieldBasedFrameDecoder(MAX_FRAME, 0, LENGTH_BYTES, 0, LENGTH_BYTES);
    }

    /**
     * Puts length and message into one buffer, for they should leave in one write (RFC 7766 section 8).
     *
     * @param allocator the channel's
     * @param message the message, at most 65,535 bytes, from position to limit; it is copied
     * @return what is to be written
     */
    public static ByteBuf frame(ByteBufAllocator allocator, ByteBuffer message) {
        ByteBuf frame = allocator.buffer(LENGTH_BYTES + message.remaining());
        append(message, frame);
        return frame;
    }

    /**
     * Puts length and message behind others.
     *
     * @param message the message, at most 65,535 bytes, from position to limit; it is copied
     * @param frames takes them
     */
    public static void append(ByteBuffer message, ByteBuf frames) {
        frames.writeShort(message.remaining()).writeBytes(message);
    }
}
