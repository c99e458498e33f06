package org.waymark.lab;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** A program that speaks to the control socket as the documents say, and sends whatever it likes. */
public final class ControlSocketClient implements AutoCloseable {
    private final SocketChannel channel;
    private final BufferedReader lines;

    private ControlSocketClient(SocketChannel channel) {
        this.channel = channel;
        this.lines =
                new BufferedReader(new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8));
    }

    /** Connects to a socket. */
    public static ControlSocketClient connect(Path socket) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket));
        return new ControlSocketClient(channel);
    }

    /** Sends text, which need not be a whole line. */
    public ControlSocketClient send(String text) throws IOException {
        channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        return this;
    }

    /** Reads the next line as JSON; null if the other side has closed. */
    public Map<String, Object> read() {
        try {
            String line = lines.readLine();
            return line == null ? null : JSON.std.mapFrom(line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the other side has closed, as a write shows. */
    public boolean isRefused() {
        try {
            channel.write(ByteBuffer.wrap(new byte[] {' '}));
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
