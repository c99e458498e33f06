package org.waymark.control;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** A connection to the control socket of a running Waymark, for one thread. */
public final class ControlClient implements AutoCloseable {
    /** Longer than any command takes. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final long FOREVER = 0;

    private final Path socket;
    private final Duration patience;
    private final SocketChannel connection;
    private final Selector selector;
    private final ByteBuffer received = ByteBuffer.allocate(64 << 10).flip();

    private ControlClient(Path socket, Duration patience, SocketChannel connection, Selector selector) {
        this.socket = socket;
        this.patience = patience;
        this.connection = connection;
        this.selector = selector;
    }

    /**
     * Connects to a running Waymark.
     *
     * @param socket the path of its control socket
     * @return the connection
     * @throws ControlException if there is none
     */
    public static ControlClient connect(Path socket) throws ControlException {
        return connect(socket, PATIENCE);
    }

    static ControlClient connect(Path socket, Duration patience) throws ControlException {
        try {
            SocketChannel connection = SocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                connection.configureBlocking(false);
                if (!connection.connect(UnixDomainSocketAddress.of(socket))) {
                    throw new ControlException(socket + ": Waymark takes no connections; is it stopped?");
                }
                Selector selector = Selector.open();
                connection.register(selector, SelectionKey.OP_READ);
                return new ControlClient(socket, patience, connection, selector);
            } catch (Throwable e) {
                connection.close();
                throw e;
            }
        } catch (IOException e) {
            throw new ControlException(whyNot(socket, e), e);
        }
    }

    private static String whyNot(Path socket, IOException e) {
        if (Files.notExists(socket)) {
            return "there is no socket " + socket
                    + ": Waymark is not running, or its control.socket names another (--socket)";
        }
        if (!Files.isWritable(socket)) {
            return "this user may not use " + socket
                    + ": run the command as root, or be in the group that owns the socket";
        }
        return "nobody listens on " + socket + " (" + e.getMessage()
                + "): Waymark is not running, or its control.socket names another (--socket)";
    }

    /**
     * Has a command carried out.
     *
     * @param command its name
     * @param arguments what else the request has
     * @return the answer, as JSON has it: text, numbers, booleans, lists and maps
     * @throws ControlException if it was not carried out
     */
    public Map<String, Object> ask(String command, Map<String, Object> arguments) throws ControlException {
        try {
            send(Lines.request(command, arguments));
            return answer();
        } catch (IOException e) {
            throw broken(e);
        }
    }

    /** What gets the events of {@link #watch}. */
    public interface Watcher {
        /**
         * @param event an event, as JSON has it
         * @return whether it wants more
         */
        boolean event(Map<String, Object> event);

        /**
         * @param number how many events were left out, since they came too fast
         * @return whether it wants more
         */
        boolean lost(long number);
    }

    /**
     * Watches something until the watcher has enough.
     *
     * @param command the name of what there is to watch
     * @param arguments what else the request has
     * @param watcher gets what happens
     * @throws ControlException if there is nothing to watch, or Waymark has ended
     */
    public void watch(String command, Map<String, Object> arguments, Watcher watcher) throws ControlException {
        try {
            send(Lines.request(command, arguments));
            answer();
            boolean wantsMore = true;
            while (wantsMore) {
                Map<String, Object> line = Lines.read(line(FOREVER));
                if (line.get(Lines.EVENT) instanceof Map<?, ?> event) {
                    wantsMore = watcher.event(Lines.object(event));
                } else if (line.get(Lines.LOST) instanceof Number lost) {
                    wantsMore = watcher.lost(lost.longValue());
                }
            }
        } catch (IOException e) {
            throw broken(e);
        }
    }

    private Map<String, Object> answer() throws IOException, ControlException {
        Map<String, Object> line = Lines.read(line(patience.toMillis()));
        if (line.get(Lines.OK) instanceof Map<?, ?> answer) {
            return Lines.object(answer);
        }
        throw new ControlException(String.valueOf(line.get(Lines.ERROR)));
    }

    private ControlException broken(IOException e) {
        return new ControlException("the connection to Waymark has ended: " + socket + ": " + e.getMessage(), e);
    }

    /** A request always fits into the kernel's buffer, because the answer to the former one has been read. */
    private void send(byte[] request) throws IOException, ControlException {
        int sent;
        try {
            sent = connection.write(ByteBuffer.wrap(request));
        } catch (IOException e) {
            // What it said before it closed the connection is the reason.
            answer();
            throw e;
        }
        if (sent < request.length) {
            throw new IOException("it does not take a request of " + request.length + " bytes");
        }
    }

    private String line(long patienceMillis) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (true) {
            while (received.hasRemaining()) {
                byte each = received.get();
                if (each == '\n') {
                    return line.toString(StandardCharsets.UTF_8);
                }
                line.write(each);
            }
            receive(patienceMillis);
        }
    }

    private void receive(long patienceMillis) throws IOException {
        if (selector.select(patienceMillis) == 0 && patienceMillis != FOREVER) {
            throw new IOException("no answer within " + patience.toSeconds() + " s");
        }
        selector.selectedKeys().clear();
        received.clear();
        int length = connection.read(received);
        received.flip();
        if (length < 0) {
            throw new IOException("Waymark has closed it");
        }
    }

    @Override
    public void close() {
        try (selector;
                connection) {
        } catch (IOException e) {
            // It has ended for this side anyhow.
        }
    }
}
