package org.waymark.lab;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/** A client's TCP connection: writes bytes in any portions, framed or not. */
public final class TcpClient implements AutoCloseable {
    private static final Duration PATIENCE = Waiting.PATIENCE;

    private final Socket socket;
    private final DataInputStream input;

    private TcpClient(Socket socket) throws IOException {
        this.socket = socket;
        this.input = new DataInputStream(socket.getInputStream());
    }

    public static TcpClient connect(Lab lab, InetAddress from, InetSocketAddress to) {
        return connect(lab, Host.CLIENT, from, to);
    }

    /** A connection of another host than the client. */
    public static TcpClient connect(Lab lab, Host host, InetAddress from, InetSocketAddress to) {
        return connect(lab, host, new InetSocketAddress(from, 0), to);
    }

    /** A connection of any host from a port that is given. */
    public static TcpClient connect(Lab lab, Host host, InetSocketAddress local, InetSocketAddress to) {
        return lab.in(host, () -> {
            Socket socket = new Socket();
            socket.setTcpNoDelay(true);
            socket.bind(local);
            socket.connect(to, (int) PATIENCE.toMillis());
            return new TcpClient(socket);
        });
    }

    public InetSocketAddress localAddress() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    /** Writes bytes as they are. */
    public void write(byte... bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes bytes as they are for as long as the other side takes them, and does not wait for it. */
    public void writeInBackground(byte... bytes) {
        Thread writer = new Thread(
                () -> {
                    try {
                        socket.getOutputStream().write(bytes);
                    } catch (IOException e) {
                        // Closed before everything was written.
                    }
                },
                "tcp writer");
        writer.setDaemon(true);
        writer.start();
    }

    /** Writes a message with its length before it. */
    public void send(byte[] message) {
        write(frame(message));
    }

    /** A message with its length before it. */
    public static byte[] frame(byte[] message) {
        return ByteBuffer.allocate(2 + message.length)
                .putShort((short) message.length)
                .put(message)
                .array();
    }

    /** The next message; empty if the other side has closed the connection. */
    public Optional<byte[]> receive() {
        try {
            return read(PATIENCE);
        } catch (SocketTimeoutException e) {
            throw new AssertionError("neither an answer nor an end from " + socket.getRemoteSocketAddress(), e);
        }
    }

    /** The next message; empty if none comes in this time, or the other side has closed the connection. */
    public Optional<byte[]> receive(Duration patience) {
        try {
            return read(patience);
        } catch (SocketTimeoutException e) {
            return Optional.empty();
        }
    }

    private Optional<byte[]> read(Duration patience) throws SocketTimeoutException {
        try {
            socket.setSoTimeout((int) patience.toMillis());
            byte[] message = new byte[input.readUnsignedShort()];
            input.readFully(message);
            return Optional.of(message);
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (EOFException | SocketException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The bytes of the first segment that comes. */
    public byte[] firstToArrive() {
        byte[] bytes = new byte[65_535];
        try {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            return Arrays.copyOf(bytes, input.read(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the other side closes the connection, without another message, in this time. */
    public boolean isClosedWithin(Duration patience) {
        try {
            socket.setSoTimeout((int) patience.toMillis());
            return input.read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (SocketException e) {
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends a query and returns what comes back. */
    public byte[] ask(byte[] query) {
        send(query);
        return receive().orElseThrow(() -> new AssertionError("closed by " + socket.getRemoteSocketAddress()));
    }

    /** Sends a query and returns what comes back; empty if the connection is closed by then. */
    public Optional<byte[]> askIfOpen(byte[] query) {
        try {
            socket.getOutputStream().write(frame(query));
        } catch (SocketException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return receive();
    }

    /** Says that nothing more will be sent; answers can still come. */
    public void endOutput() {
        try {
            socket.shutdownOutput();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Goes away without a farewell: the other side sees a reset. */
    public void abort() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
