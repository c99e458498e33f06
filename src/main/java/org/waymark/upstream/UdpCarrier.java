package org.waymark.upstream;

import org.waymark.linux.Endpoint;
import org.waymark.linux.Errno;
import org.waymark.linux.LinuxException;
import org.waymark.linux.Readable;
import org.waymark.linux.ReceiveBatch;
import org.waymark.linux.SendBatch;
import org.waymark.linux.Socket;

/**
 * A connected UDP socket: the kernel drops what other hosts send to it, and reports that a port is closed. It takes new
 * questions for a short time only, so that source ports change often.
 */
final class UdpCarrier extends Carrier implements SendBatch.Failures {
    private final MarkedSocket marked;
    private final Socket socket;
    private final Readable readable;
    private final long openedAt = System.nanoTime();
    private final Exchange[] inBatch;

    private UdpCarrier(Shared shared, Health health, int mark, MarkedSocket marked) throws LinuxException {
        super(shared, health, mark);
        this.marked = marked;
        this.socket = marked.socket();
        this.inBatch = shared.inBatch();
        this.readable = new Readable(shared.loop(), socket, this::receive);
    }

    static UdpCarrier open(Shared shared, Health health, Endpoint server, int mark) throws CannotOpenException {
        try {
            MarkedSocket marked = MarkedSocket.open(shared, server, mark);
            try {
                return new UdpCarrier(shared, health, mark, marked);
            } catch (LinuxException e) {
                shared.finished().add(marked, false, System.nanoTime());
                throw e;
            }
        } catch (LinuxException e) {
            throw CannotOpenException.of(e);
        }
    }

    @Override
    boolean takesNew(long nowNanos) {
        return !isSuspect()
                && nowNanos - openedAt < shared.limits().socketLife().toNanos();
    }

    @Override
    boolean isDone(long nowNanos) {
        return openQuestions() == 0 && !takesNew(nowNanos);
    }

    @Override
    void send() {
        SendBatch batch = shared.toSend();
        for (Exchange exchange = toSend.poll(); exchange != null; exchange = toSend.poll()) {
            inBatch[batch.size()] = exchange;
            batch.add(exchange.message(), exchange.length());
            if (batch.isFull()) {
                batch.send(socket, this);
            }
        }
        batch.send(socket, this);
    }

    @Override
    public void failed(int index, Errno errno) {
        Exchange exchange = inBatch[index];
        if (errno.equals(Errno.ECONNREFUSED)) {
            // The kernel reports what an earlier datagram met with: nobody listens there, for none of the questions.
            health.refused(System.nanoTime());
            failAll(Failure.REFUSED);
        } else if (exchange.carrier() == this) {
            health.unreachable(errno);
            drop(exchange);
            exchange.failed(Failure.UNREACHABLE);
        }
    }

    private void receive() {
        ReceiveBatch received = shared.received();
        try {
            int count = received.receive(socket);
            long now = System.nanoTime();
            for (int i = 0; i < count; i++) {
                answered(received.payloads(), received.offset(i), received.length(i), now);
            }
        } catch (LinuxException e) {
            health.refused(System.nanoTime());
            failAll(e.errno().equals(Errno.ECONNREFUSED) ? Failure.REFUSED : Failure.UNREACHABLE);
        }
    }

    @Override
    void close(Failure failure) {
        boolean answersDue = hasUnanswered();
        readable.stop();
        shared.finished().add(marked, answersDue, System.nanoTime());
        failAll(failure);
    }
}
