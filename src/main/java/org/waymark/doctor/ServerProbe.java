package org.waymark.doctor;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.waymark.config.ServerAddress;
import org.waymark.conntrack.TransportProtocol;
import org.waymark.dns.Rcode;
import org.waymark.dns.WireMessage;
import org.waymark.linux.Endpoint;
import org.waymark.linux.Errno;
import org.waymark.linux.LinuxException;
import org.waymark.linux.ReceiveBatch;
import org.waymark.linux.SendBatch;
import org.waymark.linux.Socket;
import org.waymark.linux.User;

/** A question to a server from a socket with a mark of its own, as Waymark sends them. A server asked over TCP or TLS is only connected to. */
final class ServerProbe implements AutoCloseable {
    private final Path path;
    private final Endpoint server;
    private final Socket socket;
    private final Endpoint local;
    private Errno refused;
    private long sentAt;
    private long answeredAt;
    private int rcode;

    /**
     * What is asked.
     *
     * @param server the server
     * @param mark the mark of the packets, 32 bits
     */
    record Path(ServerAddress server, int mark) {
        TransportProtocol protocol() {
            return server.protocol() == ServerAddress.Protocol.UDP ? TransportProtocol.UDP : TransportProtocol.TCP;
        }
    }

    private ServerProbe(Path path, Socket socket, Endpoint local) {
        this.path = path;
        this.server = Endpoint.of(path.server().address());
        this.socket = socket;
        this.local = local;
    }

    /**
     * Binds a socket for a probe; nothing is sent yet.
     *
     * @param user the user that the socket belongs to
     */
    static ServerProbe open(Path path, int user) throws LinuxException {
        Endpoint server = Endpoint.of(path.server().address());
        Socket socket = User.owning(
                user, () -> path.protocol() == TransportProtocol.UDP ? Socket.udpFor(server) : Socket.tcp());
        try {
            socket.mark(path.mark());
            if (!server.isIpv4()) {
                socket.ipv6Only(true);
            }
            socket.bind(Endpoint.anyOfSameVersion(server));
            return new ServerProbe(path, socket, socket.local());
        } catch (LinuxException e) {
            socket.close();
            throw e;
        }
    }

    Path path() {
        return path;
    }

    Endpoint server() {
        return server;
    }

    /** The source address and port, as far as they are known. */
    Endpoint local() {
        return local;
    }

    /** Sends the question, or begins the connection. */
    void send(byte[] question, SendBatch batch) {
        sentAt = System.nanoTime();
        try {
            if (path.protocol() == TransportProtocol.UDP) {
                socket.connect(server);
            } else {
                Handshake.isDone(socket, server);
            }
            local.set(socket.local());
            sendDatagram(question, batch);
        } catch (LinuxException e) {
            refused = e.errno();
        }
    }

    /** Sends the question again unless the answer is there; TCP does so by itself. */
    void repeat(byte[] question, SendBatch batch) {
        if (!isOver()) {
            sendDatagram(question, batch);
        }
    }

    private void sendDatagram(byte[] question, SendBatch batch) {
        if (path.protocol() == TransportProtocol.UDP) {
            batch.add(ByteBuffer.wrap(question), 0, question.length);
            batch.send(socket, (index, errno) -> refused = errno);
        }
    }

    /** Looks whether the answer has come. */
    void look(ReceiveBatch received) {
        if (isOver()) {
            return;
        }
        try {
            boolean isUdp = path.protocol() == TransportProtocol.UDP;
            if (isUdp ? received.receive(socket) > 0 : Handshake.isDone(socket, server)) {
                answeredAt = System.nanoTime();
                rcode = isUdp ? rcodeIn(received) : Rcode.NOERROR.code();
            }
        } catch (LinuxException e) {
            refused = e.errno();
        }
    }

    private static int rcodeIn(ReceiveBatch received) {
        WireMessage answer = new WireMessage().at(received.payloads(), received.offset(0), received.length(0));
        return answer.hasHeader() ? answer.rcode() : Rcode.NOERROR.code();
    }

    /** The code of the answer; only if it {@link #isAnswered}. */
    int rcode() {
        return rcode;
    }

    boolean isOver() {
        return isAnswered() || refused != null;
    }

    boolean isAnswered() {
        return answeredAt != 0;
    }

    /** Why the kernel did not send it, or what the network or the server said; null if nothing is known. */
    Errno refused() {
        return refused;
    }

    long millis() {
        return TimeUnit.NANOSECONDS.toMillis(answeredAt - sentAt);
    }

    @Override
    public void close() {
        socket.close();
    }
}
