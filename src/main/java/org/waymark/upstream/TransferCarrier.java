package org.waymark.upstream;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.waymark.dns.Header;
import org.waymark.dns.Padding;
import org.waymark.linux.Endpoint;
import org.waymark.metrics.Count;

/**
 * A connection to a server for one zone transfer, which ends with it. Messages are handed on one at a time, as their owner asks for
 * them; as long as it does not, nothing more is read, and the server has to wait.
 */
final class TransferCarrier extends TcpCarrier {
    /**
     * What may wait in the kernel, which doubles it, for a client that does not read; and in this process, when the server has
     * closed: Netty then reads all that is there.
     */
    private static final int RECEIVE_BUFFER_BYTES = 128 << 10;

    private final Exchange transfer;
    private final ArrayDeque<ByteBuf> frames = new ArrayDeque<>(1);
    private boolean wanted = true;
    private boolean begun;
    private boolean handingOn;

    /** There is nothing left to read from. */
    private boolean lost;

    private TransferCarrier(Shared shared, Health health, Exchange transfer, MarkedConnection marked, TlsClient tls) {
        super(shared, health, transfer.mark(), marked, tls, ended -> {});
        this.transfer = transfer;
    }

    /** Starts to connect, for this transfer only: no pool has the connection, and it ends with the transfer. */
    static TransferCarrier open(Shared shared, Health health, Endpoint server, Exchange transfer, TlsClient tls)
            throws CannotOpenException {
        if (!shared.takePlace()) {
            throw new CannotOpenException(Failure.TOO_MANY_SOCKETS);
        }
        TransferCarrier carrier = null;
        try {
            MarkedConnection marked = MarkedConnection.open(shared, server, transfer.mark());
            marked.socket().receiveBuffer(RECEIVE_BUFFER_BYTES);
            carrier = new TransferCarrier(shared, health, transfer, marked, tls);
        } finally {
            if (carrier == null) {
                shared.giveBackPlace();
            }
        }
        carrier.connect(server);
        return carrier;
    }

    @Override
    public void ended(String problem) {
        shared.giveBackPlace();
        super.ended(problem);
    }

    @Override
    public void received(ByteBuf frame) {
        heard();
        if (openQuestions() > 0) {
            frames.add(frame.retain());
            handOn();
        }
    }

    @Override
    void readOn() {
        wanted = true;
        handOn();
    }

    private void handOn() {
        if (handingOn) {
            // The owner wants the next message while it is given this one.
            return;
        }
        handingOn = true;
        while (wanted && !frames.isEmpty()) {
            wanted = false;
            ByteBuf frame = frames.poll();
            handOn(frame.nioBuffer(), frame.readableBytes());
            frame.release();
        }
        handingOn = false;
        if (!lost) {
            socket.read(wanted);
        } else if (frames.isEmpty()) {
            failAll(Failure.REFUSED);
        }
    }

    private void handOn(ByteBuffer message, int length) {
        if (!belongs(message, length)) {
            shared.counters().add(Count.FOREIGN_ANSWERS);
            failAll(Failure.REFUSED);
            return;
        }
        if (!begun) {
            begun = true;
            long now = shared.loop().nanoTime();
            health.answered(now - transfer.sentAt(), now);
        }
        transfer.answered(message, 0, transfer.isPadded() ? Padding.strip(message, 0, length) : length);
    }

    /** The messages after the first need not repeat the question (RFC 5936, section 2.2.1). */
    private boolean belongs(ByteBuffer message, int length) {
        if (length < Header.LENGTH || Header.id(message, 0) != transfer.id()) {
            return false;
        }
        boolean withoutQuestion = Header.isResponse(message, 0) && Header.questions(message, 0) == 0;
        return begun && withoutQuestion || isAnswerTo(transfer, message, 0, length);
    }

    /** What has come before is handed on first. */
    @Override
    void lost() {
        lost = true;
        if (!begun && frames.isEmpty()) {
            silent();
        }
        handOn();
    }

    @Override
    void drop(Exchange exchange) {
        super.drop(exchange);
        lost = true;
        frames.forEach(ByteBuf::release);
        frames.clear();
        close(Failure.UNREACHABLE);
    }
}
