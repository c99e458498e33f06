package org.waymark.upstream;

import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;
import org.waymark.dns.Padding;
import org.waymark.dns.WireMessage;
import org.waymark.linux.Endpoint;
import org.waymark.linux.Errno;
import org.waymark.metrics.Count;

/**
 * A TCP connection to a server, plain or under TLS: reused, and pipelined (RFC 7766, section 6.2). Under TLS queries are padded
 * (RFC 8467).
 */
class TcpUpstreamSocket extends UpstreamSocket implements TcpSocket.ConnectionEvents {
    final TcpSocket socket;
    private final SourcePort port;
    private final TlsClient tls;
    private final Consumer<UpstreamSocket> onClosed;
    private boolean ready;
    private boolean closed;
    private long usedAt;
    private long heardAt;

    /** A question had its time and nothing at all has come since it was sent: the host at the other end may be gone. */
    private boolean isSilent;

    /**
     * @param marked the socket, which is not connected yet
     * @param tls what encrypts the connection; null if nothing does
     * @param onClosed told when the connection ends by itself, before its open questions are
     */
    TcpUpstreamSocket(
            WorkerResources resources,
            Health health,
            int mark,
            MarkedConnection marked,
            TlsClient tls,
            Consumer<UpstreamSocket> onClosed) {
        super(resources, health, mark);
        this.socket = marked.socket();
        this.port = marked.port();
        this.tls = tls;
        this.onClosed = onClosed;
        this.usedAt = resources.loop().nanoTime();
        this.heardAt = usedAt;
    }

    /**
     * Starts to connect; what is sent meanwhile waits in line.
     *
     * @param tls what encrypts the connection; null if nothing does
     * @param onClosed told when the connection ends by itself, before its open questions are
     * @throws CannotOpenException if there is no socket or no port for it, or it has ended at once
     */
    static TcpUpstreamSocket open(
            WorkerResources resources,
            Health health,
            Endpoint server,
            int mark,
            TlsClient tls,
            Consumer<UpstreamSocket> onClosed)
            throws CannotOpenException {
        MarkedConnection marked = MarkedConnection.open(resources, server, mark);
        TcpUpstreamSocket socket = new TcpUpstreamSocket(resources, health, mark, marked, tls, onClosed);
        socket.connect(server);
        return socket;
    }

    final void connect(Endpoint server) throws CannotOpenException {
        socket.connect(server, tls, this);
        if (closed) {
            throw new CannotOpenException(Failure.UNREACHABLE);
        }
    }

    @Override
    public void connected(Endpoint local) {
        port.inUse(local);
        if (!closed) {
            resources.watch().begun(port, mark);
        }
    }

    @Override
    public void notConnected(Errno errno) {
        if (!errno.equals(Errno.NONE)) {
            health.unreachable(errno);
        }
    }

    @Override
    public void ready() {
        ready = true;
        send();
    }

    @Override
    public void received(ByteBuf message) {
        heard();
        answered(new WireMessage().at(message.nioBuffer(), 0, message.readableBytes()), heardAt);
    }

    /** The server is there. */
    final void heard() {
        heardAt = resources.loop().nanoTime();
        usedAt = heardAt;
        isSilent = false;
    }

    /** Nobody who could guess sees the connection's sequence numbers (RFC 5452, section 9.2 is about UDP). */
    @Override
    boolean isGuess(WireMessage answer) {
        return false;
    }

    @Override
    void timedOut(UpstreamQuery query) {
        isSilent |= query.sentAt() - heardAt >= 0;
        super.timedOut(query);
    }

    @Override
    final boolean isConnection() {
        return true;
    }

    @Override
    final int sourcePort() {
        return port.number();
    }

    @Override
    boolean takesNew(long nowNanos) {
        return isUsable();
    }

    @Override
    boolean isUsable() {
        return !closed && !isSilent;
    }

    @Override
    boolean isDone(long nowNanos) {
        boolean isIdle = nowNanos - usedAt > resources.limits().connectionIdle().toNanos();
        return openQuestions() == 0 && (isIdle || !isUsable());
    }

    @Override
    void send() {
        if (!ready) {
            return;
        }
        usedAt = resources.loop().nanoTime();
        for (UpstreamQuery query = toSend.poll(); query != null; query = toSend.poll()) {
            WireMessage padded = tls == null ? null : Padding.pad(query.message());
            if (padded == null) {
                socket.write(query.message());
            } else {
                query.padded();
                socket.write(padded);
            }
        }
        socket.flush();
        resources.watch().sentMore(port, mark);
    }

    @Override
    public void ended(String problem) {
        resources.finished().addClosed(port, hasUnanswered(), resources.loop().nanoTime());
        if (!closed) {
            closed = true;
            onClosed.accept(this);
            if (ready) {
                lost();
            } else {
                notReady(problem);
                failAll(Failure.REFUSED);
            }
        }
    }

    /** A connection over which questions could go has ended by itself. */
    void lost() {
        if (openQuestions() > 0) {
            silent();
        }
        failAll(Failure.REFUSED);
    }

    /** What was asked, it has left without an answer. */
    final void silent() {
        long now = resources.loop().nanoTime();
        health.silent(now, now);
    }

    private void notReady(String problem) {
        if (problem != null) {
            resources.counters().add(Count.TLS_FAILURES);
            health.problem(problem);
        }
        health.refused(resources.loop().nanoTime());
    }

    @Override
    void close(Failure failure) {
        closed = true;
        socket.close();
        failAll(failure);
    }
}
