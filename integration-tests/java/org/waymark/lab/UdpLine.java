package org.waymark.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.util.List;

/**
 * The way back to the one who asked a {@link StubServer} over UDP.
 *
 * @param channel what the query came in by
 * @param channels all of the server's
 */
record UdpLine(DatagramChannel channel, InetSocketAddress peer, List<DatagramChannel> channels)
        implements StubServer.Line {
    @Override
    public void send(byte[] message) {
        send(channel, message);
    }

    @Override
    public void sendFrom(InetSocketAddress other, byte[] message) {
        send(at(other), message);
    }

    @Override
    public void close() {}

    private void send(DatagramChannel from, byte[] message) {
        try {
            from.send(ByteBuffer.wrap(message), peer);
        } catch (ClosedChannelException e) {
            // The test is over.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private DatagramChannel at(InetSocketAddress address) {
        for (DatagramChannel candidate : channels) {
            try {
                if (candidate.getLocalAddress().equals(address)) {
                    return candidate;
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        throw new IllegalArgumentException("not an address of this server: " + address);
    }
}
