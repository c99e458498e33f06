package org.waymark.upstream;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import org.waymark.dns.AnswerReader;
import org.waymark.dns.Padding;
import org.waymark.dns.WireMessage;
import org.waymark.linux.Endpoint;
import org.waymark.metrics.Count;

/**
 * A connection to a server for one zone transfer, which ends with it. Messages are handed on one at a time, as their owner asks for
 * them; as long as it does not, nothing more is read, and the server has to wait.
 */
final class TransferSocket extends TcpUpstreamSocket {
    /**
     * What may wait in the kernel, which doubles it, for a client that does not read; and in this process, when the server has
     * closed: Netty then reads all that is there.
     */
    private static final int RECEIVE_BUFFER_BYTES = 128 << 10;

    private final UpstreamQuery transfer;
    private final ArrayDeque<ByteBuf> frames = new ArrayDeque<>(1);
    private boolean wanted = true;
    private boolean begun;
    private boolean handingOn;

    /** There is nothing left to read from. */
    private boolean lost;

    private TransferSocket(
            WorkerResources resources, Health health, UpstreamQuery transfer, MarkedConnection marked, TlsClient tls) {
        super(resources, health, transfer.mark(), marked, tls, ended -> {});
        this.transfer = transfer;
    }

    /** Starts to connect, for this transfer only: no pool has the connection, and it ends with the transfer. */
    static TransferSocket open(
            WorkerResources resources, Health health, Endpoint server, UpstreamQuery transfer, TlsClient tls)
            throws CannotOpenException {
        if (!resources.takePlace()) {
            throw new CannotOpenException(Failure.TOO_MANY_SOCKETS);
        }
        TransferSocket socket = null;
        try {
            MarkedConnection marked = MarkedConnection.open(resources, server, transfer.mark());
            marked.socket().receiveBuffer(RECEIVE_BUFFER_BYTES);
            socket = new TransferSocket(resources, health, transfer, marked, tls);
        } finally {
            if (socket == null) {
                resources.giveBackPlace();
            }
        }
        socket.connect(server);
        return socket;
    }

    @Override
    public void ended(String problem) {
        resources.giveBackPlace();
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
            handOn(new WireMessage().at(frame.nioBuffer(), 0, frame.readableBytes()));
            frame.release();
        }
        handingOn = false;
        if (!lost) {
            socket.read(wanted);
        } else if (frames.isEmpty()) {
            failAll(Failure.REFUSED);
        }
    }

    private void handOn(WireMessage message) {
        if (!belongs(message)) {
            resources.counters().add(Count.FOREIGN_ANSWERS);
            failAll(Failure.REFUSED);
            return;
        }
        long now = resources.loop().nanoTime();
        transfer.answeredAt(now);
        if (!begun) {
            begun = true;
            health.answered(now - transfer.sentAt(), now);
            health.counts().answered(now - transfer.sentAt());
        }
        if (transfer.isPadded()) {
            Padding.strip(message);
        }
        observe(transfer, message);
        transfer.answered(message);
    }

    /** The messages after the first need not repeat the question (RFC 5936, section 2.2.1). */
    private boolean belongs(WireMessage message) {
        if (!message.hasHeader() || message.id() != transfer.id()) {
            return false;
        }
        boolean withoutQuestion = message.isResponse() && message.questions() == 0;
        return begun && withoutQuestion || AnswerReader.answers(message, transfer.message());
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
    void drop(UpstreamQuery query) {
        super.drop(query);
        lost = true;
        frames.forEach(ByteBuf::release);
        frames.clear();
        close(Failure.UNREACHABLE);
    }
}
