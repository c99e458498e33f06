package org.waymark.dnstap;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.waymark.config.TapTarget;

/**
 * A Frame Stream (https://farsightsec.github.io/fstrm): data frames between control frames that say where it begins and ends. A file is
 * one without an answer. At a socket, the reader first agrees to the type of the content, and says at the end that it has read everything.
 */
final class FrameStream implements AutoCloseable {
    private static final byte[] CONTENT_TYPE = "protobuf:dnstap.Dnstap".getBytes(StandardCharsets.US_ASCII);

    /** Stands where the length of a data frame would stand. */
    private static final int ESCAPE = 0;

    private static final int ACCEPT = 1;
    private static final int START = 2;
    private static final int STOP = 3;
    private static final int READY = 4;
    private static final int FINISH = 5;

    private static final int FIELD_CONTENT_TYPE = 1;

    /** More than any control frame has: readers may offer several types. */
    private static final int LONGEST_CONTROL_FRAME = 512;

    private final ByteChannel channel;
    private final boolean isAnswered;

    private FrameStream(ByteChannel channel, boolean isAnswered) {
        this.channel = channel;
        this.isAnswered = isAnswered;
    }

    /** Opens a file, which is emptied if it is there, or connects to a socket. What is opened must begin, and be closed. */
    static FrameStream open(TapTarget target) throws IOException {
        if (!target.isSocket()) {
            return new FrameStream(FileChannel.open(target.path(), CREATE, TRUNCATE_EXISTING, WRITE), false);
        }
        SocketChannel socket = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            socket.connect(UnixDomainSocketAddress.of(target.path()));
        } catch (IOException e) {
            socket.close();
            throw e;
        }
        return new FrameStream(socket, true);
    }

    /** Agrees with the reader, if there is one, on what it will read. May wait for it. */
    void begin() throws IOException {
        if (isAnswered) {
            control(READY, CONTENT_TYPE);
            expect(ACCEPT);
        }
        control(START, CONTENT_TYPE);
    }

    /** Writes frames, each behind its length, from position to limit. What is behind the position then has not been written. */
    void write(ByteBuffer frames) throws IOException {
        while (frames.hasRemaining()) {
            channel.write(frames);
        }
    }

    /** Says that nothing more comes, and waits until the reader has taken everything. */
    void end() throws IOException {
        control(STOP, null);
        if (isAnswered) {
            expect(FINISH);
        }
    }

    /** May be called on any thread: whoever waits for the reader then gets an exception. */
    @Override
    public void close() throws IOException {
        channel.close();
    }

    private void control(int type, byte[] contentType) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(LONGEST_CONTROL_FRAME);
        frame.putInt(ESCAPE).putInt(0).putInt(type);
        if (contentType != null) {
            frame.putInt(FIELD_CONTENT_TYPE).putInt(contentType.length).put(contentType);
        }
        frame.putInt(Integer.BYTES, frame.position() - 2 * Integer.BYTES);
        write(frame.flip());
    }

    private void expect(int type) throws IOException {
        ByteBuffer beginning = read(3 * Integer.BYTES);
        int escape = beginning.getInt();
        int length = beginning.getInt();
        int told = beginning.getInt();
        if (escape != ESCAPE || told != type || length < Integer.BYTES || length > LONGEST_CONTROL_FRAME) {
            throw new IOException("the reader does not speak Frame Streams");
        }
        ByteBuffer fields = read(length - Integer.BYTES);
        if (type == ACCEPT && !accepts(fields)) {
            throw new IOException("the reader does not take dnstap");
        }
    }

    private static boolean accepts(ByteBuffer fields) {
        boolean anyType = !fields.hasRemaining();
        while (fields.remaining() >= 2 * Integer.BYTES) {
            int field = fields.getInt();
            int length = fields.getInt();
            if (length < 0 || length > fields.remaining()) {
                return false;
            }
            ByteBuffer value = fields.slice(fields.position(), length);
            fields.position(fields.position() + length);
            if (field == FIELD_CONTENT_TYPE && value.equals(ByteBuffer.wrap(CONTENT_TYPE))) {
                return true;
            }
        }
        return anyType;
    }

    private ByteBuffer read(int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes) < 0) {
                throw new EOFException("the reader has gone");
            }
        }
        return bytes.flip();
    }
}
