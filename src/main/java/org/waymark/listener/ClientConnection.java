package org.waymark.listener;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.waymark.dns.WireMessage;
import org.waymark.forward.ClientTransport;
import org.waymark.linux.Endpoint;
import org.waymark.linux.LinuxException;
import org.waymark.mark.ConnectionMark;
import org.waymark.marks.StreamMark;
import org.waymark.metrics.Count;

/**
 * A client's connection: the order, the limits and the marks of its queries, whatever frames its messages. Queries may come pipelined and
 * are answered in any order (RFC 7766, section 6.2.1.1). The source of marks is asked again for the queries of every read, because the mark
 * may change while the connection is open.
 *
 * <p>A client can't make Waymark hold more for it than the limits say: only so many queries are taken at a time, the next ones wait, at
 * last in the client's own socket, until answers have left; and a client that does not read its answers loses the connection.
 */
final class ClientConnection {
    private final MessageStream stream;
    private final ClientTransport transport;
    private final Endpoint peer;
    private final StreamMark connectionMark;
    private QueryGate gate;
    private final int maxUnanswered;
    private final UnsentAnswers unsent;

    private final ArrayDeque<ByteBuf> received = new ArrayDeque<>();

    /** Those that are being taken, until they are answered from the cache or passed on. */
    private final ArrayDeque<ByteBuf> read = new ArrayDeque<>();

    /** Whether the forwarder has one of them. */
    private boolean isAnswerDue;

    private long usedAt = System.nanoTime();
    private int unanswered;
    private int unsentParts;
    private boolean taking;

    /** What the source of marks told for the queries of this read, if it was asked already. */
    private long markOfRead;

    private boolean markIsTold;
    private boolean draining;
    private boolean ending;
    private int socketMark;

    /**
     * @param acceptedMark the mark that the socket had when it was accepted
     * @param connectionMark tells the mark of the connection now
     * @param maxUnanswered how many queries may be open at a time
     * @param unsent what the connection's answers that wait to be read are counted against
     */
    ClientConnection(
            MessageStream stream,
            ClientTransport transport,
            Endpoint peer,
            int acceptedMark,
            StreamMark connectionMark,
            QueryGate gate,
            int maxUnanswered,
            UnsentAnswers unsent) {
        this.stream = stream;
        this.transport = transport;
        this.peer = peer;
        this.connectionMark = connectionMark;
        this.gate = gate;
        this.maxUnanswered = maxUnanswered;
        this.unsent = unsent;
        this.socketMark = acceptedMark;
    }

    /** Hands queries to another gate from now on. */
    void adopt(QueryGate next) {
        gate = next;
    }

    ClientTransport transport() {
        return transport;
    }

    Endpoint peer() {
        return peer;
    }

    /** A socket that took over the client's mark does not send with it unless answers are marked. */
    void opened() {
        if (!gate.markAnswers()) {
            markSocket(0);
        }
    }

    /** A message has come; {@link #takeReceived} follows. */
    void received(ByteBuf message) {
        if (draining) {
            message.release();
        } else {
            received.add(message);
        }
    }

    /** Everything that could be read has been received. */
    void takeReceived() {
        if (!received.isEmpty()) {
            usedAt = System.nanoTime();
        }
        takeQueries();
    }

    private boolean mayTake() {
        return unanswered < maxUnanswered && stream.isWritable();
    }

    /** Takes the queries that have come as far as the limits allow, and reads on when there are none left. */
    void takeQueries() {
        if (!taking && !received.isEmpty() && mayTake()) {
            // A query that is answered at once asks for the next ones while these are being taken.
            taking = true;
            markIsTold = false;
            while (!received.isEmpty() && mayTake()) {
                takeTogether();
            }
            taking = false;
        }
        stream.read(received.isEmpty() && mayTake());
    }

    /** Takes as many queries as the limits allow before any is answered. */
    private void takeTogether() {
        try {
            while (!received.isEmpty() && mayTake()) {
                take(received.poll());
            }
            if (isAnswerDue) {
                isAnswerDue = false;
                gate.forwarder().answerTaken();
            }
        } finally {
            read.forEach(ByteBuf::release);
            read.clear();
        }
    }

    private void take(ByteBuf bytes) {
        read.add(bytes);
        gate.count(transport, peer);
        WireMessage message = new WireMessage().at(bytes.nioBuffer(), 0, bytes.readableBytes());
        WireMessage ownAnswer = gate.judge(transport, message, peer);
        if (QueryGate.isSilence(ownAnswer)) {
            return;
        }
        unanswered++;
        if (ownAnswer == null) {
            gate.forwarder().take(new StreamQuery(this, gate.reader().variant(), usedAt), message, mark());
            isAnswerDue = true;
        } else {
            long mark = gate.markAnswers() ? mark() : ConnectionMark.UNAVAILABLE;
            answer(ownAnswer, mark);
        }
    }

    /** Asked for only where it is needed, and once for each read. */
    private long mark() {
        if (!markIsTold) {
            markOfRead = connectionMark.now();
            markIsTold = true;
        }
        return markOfRead;
    }

    void answer(WireMessage answer, long mark) {
        int length = answer.length();
        unanswered--;
        if (stream.isOpen()) {
            if (unsent.add(length)) {
                markSocket(gate.answerMark(mark));
                Runnable onceSent = connectionMark.answering(mark);
                stream.send(answer, sent -> {
                    unsent.remove(length);
                    if (onceSent != null) {
                        onceSent.run();
                    }
                });
            } else {
                gate.counters().add(Count.TCP_UNSENT_LIMIT);
                stream.close();
            }
        }
        takeQueries();
        closeIfDone();
    }

    /** One message at a time is all that a transfer has here, so it is not counted among the answers that pile up. */
    void part(WireMessage message, long mark, Consumer<Boolean> left) {
        if (!stream.isOpen()) {
            left.accept(false);
            return;
        }
        markSocket(gate.answerMark(mark));
        unsentParts++;
        stream.send(message, sent -> {
            unsentParts--;
            usedAt = System.nanoTime();
            left.accept(sent);
        });
    }

    /** An answer ends before its time; what else was asked on the connection is still answered. */
    void breakOff() {
        unanswered--;
        drain();
    }

    private void markSocket(int mark) {
        if (mark != socketMark) {
            try {
                stream.mark(mark);
                socketMark = mark;
            } catch (LinuxException e) {
                gate.counters().add(Count.UNSENT_ANSWERS);
                stream.close();
            }
        }
    }

    /** A client that has closed its side still gets the answers to all that it has asked. */
    void clientHasEnded() {
        ending = true;
        closeIfDone();
    }

    /** Takes no more queries, and ends when those that were taken are answered. */
    void drain() {
        draining = true;
        ending = true;
        forgetReceived();
        closeIfDone();
    }

    private void closeIfDone() {
        if (ending && unanswered == 0 && received.isEmpty()) {
            close();
        }
    }

    /**
     * Only whole messages count, for a zone transfer also those that leave; a client that does not read its answers is as idle as one that
     * asks nothing.
     */
    void closeIfIdle(long nowNanos, long idleNanos) {
        boolean waiting = unanswered > 0 && unsentParts == 0 && stream.isWritable();
        if (!waiting && nowNanos - usedAt > idleNanos) {
            stream.close();
        }
    }

    /** Closes the connection once everything that was written is sent. */
    void close() {
        stream.closeWhenSent();
    }

    /** The stream is closed. */
    void closed() {
        forgetReceived();
    }

    void internalError(Throwable cause) {
        gate.counters().add(Count.INTERNAL_ERRORS, () -> this + ": " + cause);
    }

    private void forgetReceived() {
        received.forEach(ByteBuf::release);
        received.clear();
    }

    @Override
    public String toString() {
        return transport.describe(peer);
    }
}
