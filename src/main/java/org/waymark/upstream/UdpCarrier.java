package org.waymark.upstream;

import java.nio.ByteBuffer;
import org.waymark.linux.Endpoint;
import org.waymark.linux.Errno;
import org.waymark.linux.LinuxException;

/**
 * A connected UDP socket: the kernel drops what other hosts send to it, and reports that a port is closed. It takes new
 * questions for a short time only, so that source ports change often.
 */
final class UdpCarrier extends Carrier implements UdpSocket.Events {
    private final MarkedSocket marked;
    private final long openedAt;

    private UdpCarrier(Shared shared, Health health, int mark, MarkedSocket marked) throws LinuxException {
        super(shared, health, mark);
        this.marked = marked;
        this.openedAt = shared.loop().nanoTime();
        marked.socket().watch(this);
    }

    static UdpCarrier open(Shared shared, Health health, Endpoint server, int mark) throws CannotOpenException {
        try {
            MarkedSocket marked = MarkedSocket.open(shared, server, mark);
            try {
                return new UdpCarrier(shared, health, mark, marked);
            } catch (LinuxException e) {
                shared.finished().add(marked, false, shared.loop().nanoTime());
                throw e;
            }
        } catch (LinuxException e) {
            throw CannotOpenException.of(e);
        }
    }

    @Override
    boolean takesNew(long nowNanos) {
        return isUsable() && nowNanos - openedAt < shared.limits().socketLife().toNanos();
    }

    @Override
    boolean isUsable() {
        return !isSuspect();
    }

    @Override
    boolean isDone(long nowNanos) {
        return openQuestions() == 0 && !takesNew(nowNanos);
    }

    @Override
    void send() {
        for (Exchange exchange = toSend.poll(); exchange != null; exchange = toSend.poll()) {
            shared.sentTogether().add(exchange);
            if (marked.socket().add(exchange.message(), exchange.length())) {
                sendBatch();
            }
        }
        sendBatch();
    }

    private void sendBatch() {
        marked.socket().send();
        shared.sentTogether().clear();
    }

    @Override
    public void notSent(int index, Errno errno) {
        Exchange exchange = shared.sentTogether().openOn(this, index);
        if (exchange == null) {
            // It failed together with another one.
            return;
        }
        if (errno.equals(Errno.ECONNREFUSED)) {
            failed(errno);
        } else {
            health.unreachable(errno);
            drop(exchange);
            exchange.failed(Failure.UNREACHABLE);
        }
    }

    @Override
    public void received(ByteBuffer payloads, int offset, int length, long nowNanos) {
        answered(payloads, offset, length, nowNanos);
    }

    /** The kernel reports what an earlier datagram met with, which holds for all that are open here. */
    @Override
    public void failed(Errno errno) {
        boolean refused = errno.equals(Errno.ECONNREFUSED);
        health.refused(shared.loop().nanoTime());
        health.unreachable(errno);
        failAll(refused ? Failure.REFUSED : Failure.UNREACHABLE);
    }

    @Override
    void close(Failure failure) {
        marked.socket().unwatch();
        shared.finished().add(marked, hasUnanswered(), shared.loop().nanoTime());
        failAll(failure);
    }
}
