package org.waymark.lab;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * The way back to the one who asked a {@link StubServer} over TCP, plain or under TLS.
 *
 * @param connection closed by the script, or by the server at its end
 * @param output where whole frames are written
 */
record TcpLine(Closeable connection, Output output) implements StubServer.Line {
    /** Writes all of what it is given. */
    interface Output {
        void write(byte[] bytes) throws IOException;
    }

    @Override
    public void send(byte[] message) {
        byte[] frame = ByteBuffer.allocate(2 + message.length)
                .putShort((short) message.length)
                .put(message)
                .array();
        synchronized (connection) {
            try {
                output.write(frame);
            } catch (IOException e) {
                // The other end has gone; it is the test that knows whether it may.
            }
        }
    }

    @Override
    public void sendFrom(InetSocketAddress other, byte[] message) {
        throw new IllegalStateException("over UDP only");
    }

    @Override
    public void close() {
        StubServer.close(connection);
    }
}
