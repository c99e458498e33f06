package org.waymark.listener;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.waymark.dns.WireMessage;
import org.waymark.forward.ClientTransport;
import org.waymark.linux.Endpoint;
import org.waymark.linux.LinuxException;
import org.waymark.linux.ReceiveBatch;
import org.waymark.linux.SendBatch;
import org.waymark.linux.Socket;
import org.waymark.loop.EndOfTurn;
import org.waymark.loop.NettyLoop;
import org.waymark.loop.Readable;
import org.waymark.mark.ConnectionMark;
import org.waymark.marks.ClientDatagram;
import org.waymark.metrics.Count;

/**
 * Serves one local address, or all of them, over UDP. It reads a burst, has all its marks told at once, and hands the
 * queries on; answers are collected until the end of the event loop's turn and sent together.
 */
public final class UdpListener implements AutoCloseable {
    private static final int BURST = 64;

    /** Bursts in one go before others get their turn. */
    private static final int BURSTS = 4;

    /** Bursts that are read at the end: more than can wait in the socket, and yet an end even where somebody floods. */
    private static final int LAST_BURSTS = 64;

    /** A packet that has met the former table, or none, is in the socket long before. */
    private static final long UNDER_WAY_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final NettyLoop loop;
    private final Socket socket;
    private QueryGate gate;
    private final Endpoint bound;

    /** Naming the address that an answer leaves from, where there is just one, would cost 6 % of processor time a query. */
    private final boolean isWildcard;

    private final Readable readable;
    private final ReceiveBatch received = new ReceiveBatch(BURST);
    private final SendBatch answers = new SendBatch(BURST);
    private final EndOfTurn endOfTurn;
    private final List<UdpQuery> burst = new ArrayList<>(BURST);
    private final List<ClientDatagram> toMark = new ArrayList<>(BURST);
    private final ArrayDeque<UdpQuery> free = new ArrayDeque<>();
    private int made;
    private boolean retired;

    /** Whether packets may be waiting whose marks mean something else: conntrack is asked for these. */
    private boolean hasForeign;

    private final long noForeignSince;

    /** To be run when the answers have left; mostly null. */
    private Runnable onceSent;

    /**
     * @param loop the worker's event loop; the caller runs on it
     * @param socket a bound UDP socket, which tells local addresses unless it has just one; it is closed together with the listener
     * @param gate the worker's
     * @param hasForeign whether packets may have come to it that another process was to read: their marks mean something else. None comes any
     *     more
     * @throws LinuxException if the socket is not bound, or the kernel can't tell its packets' marks
     */
    public UdpListener(NettyLoop loop, Socket socket, QueryGate gate, boolean hasForeign) throws LinuxException {
        this.loop = loop;
        this.socket = socket;
        this.gate = gate;
        this.bound = socket.local();
        this.isWildcard = bound.isWildcard();
        this.endOfTurn = new EndOfTurn(loop, this::sendAnswers);
        this.hasForeign = hasForeign;
        this.noForeignSince = loop.nanoTime() + UNDER_WAY_NANOS;
        if (gate.marks().reliesOnTable() && !hasForeign) {
            receive(LAST_BURSTS);
        }
        gate.marks().prepare(socket);
        this.readable = new Readable(loop, socket, () -> receive(BURSTS));
        if (hasForeign) {
            loop.schedule(this::readForeign, UNDER_WAY_NANOS);
        }
    }

    /** Even if nothing has come meanwhile, so that nothing that comes later counts as foreign. */
    private void readForeign() {
        if (hasForeign) {
            receive(BURSTS);
        }
    }

    /**
     * @return the address that it serves
     */
    public Endpoint bound() {
        return bound;
    }

    /**
     * @return the socket
     */
    public Socket socket() {
        return socket;
    }

    /**
     * Hands queries to another gate from now on, when those that have come are read: their packets may bring marks of another kind.
     *
     * @param next the worker's from now on
     * @throws LinuxException if the kernel can't tell the marks of packets
     */
    public void adopt(QueryGate next) throws LinuxException {
        if (next.marks() != gate.marks()) {
            receive(LAST_BURSTS);
            next.marks().prepare(socket);
        }
        gate = next;
    }

    /**
     * Takes what has come, and nothing more: the kernel gives new datagrams to another socket with the address, or refuses them. When
     * {@link #isOver}, it may be closed.
     */
    public void retire() {
        try {
            socket.takeNoMoreDatagrams();
        } catch (LinuxException e) {
            // No interface has the address, so nothing comes.
        }
        receive(LAST_BURSTS);
        readable.stop();
        hasForeign = false;
        retired = true;
    }

    /**
     * @return whether it is retired, and has answered everything
     */
    public boolean isOver() {
        return retired && free.size() == made && answers.isEmpty();
    }

    private void receive(int bursts) {
        int count = BURST;
        for (int i = 0; i < bursts && count == BURST; i++) {
            count = receiveBurst();
        }
    }

    private int receiveBurst() {
        int count;
        boolean areTheLast = hasForeign && loop.nanoTime() - noForeignSince >= 0;
        try {
            count = received.receive(socket);
        } catch (LinuxException e) {
            // An unconnected UDP socket has nothing to report but what an earlier answer came to.
            gate.counters().add(Count.UNSENT_ANSWERS);
            return 0;
        }
        burst.clear();
        toMark.clear();
        long now = loop.nanoTime();
        for (int i = 0; i < count; i++) {
            accept(i, now);
        }
        tellMarks();
        if (areTheLast && count < BURST) {
            hasForeign = false;
        }
        if (!burst.isEmpty()) {
            handOnAll();
        }
        return count;
    }

    private void tellMarks() {
        if (hasForeign) {
            gate.marks().lookUp(toMark);
        } else {
            gate.marks().mark(toMark, received);
        }
    }

    private void handOnAll() {
        try {
            burst.forEach(this::handOn);
        } finally {
            // Their messages are overwritten by the next burst.
            gate.forwarder().answerTaken();
        }
    }

    /** Judges one datagram. Only what needs a mark joins the burst, because looking marks up costs the most. */
    private void accept(int index, long nowNanos) {
        UdpQuery query = free.isEmpty() ? newQuery() : free.pop();
        query.datagram.take(received, index, bound);
        query.message.at(received.payloads(), received.offset(index), received.length(index));
        gate.count(ClientTransport.UDP, query.datagram.peer());

        query.ownAnswer = gate.judge(ClientTransport.UDP, query.message, query.datagram.peer());
        if (QueryGate.isSilence(query.ownAnswer)) {
            free.push(query);
        } else if (query.ownAnswer != null && !gate.markAnswers()) {
            answerItself(query, ConnectionMark.UNAVAILABLE);
        } else {
            query.takes(gate.reader(), nowNanos);
            burst.add(query);
            toMark.add(query.datagram);
        }
    }

    private UdpQuery newQuery() {
        made++;
        return new UdpQuery(this);
    }

    private void handOn(UdpQuery query) {
        if (query.ownAnswer == null) {
            gate.forwarder().take(query, query.message, query.datagram.connectionMark());
        } else {
            answerItself(query, query.datagram.connectionMark());
        }
    }

    private void answerItself(UdpQuery query, long connectionMark) {
        answer(query, query.ownAnswer, connectionMark);
    }

    /** The object of a query that is over may serve another. */
    void release(UdpQuery query) {
        free.push(query);
    }

    void answer(UdpQuery query, WireMessage answer, long connectionMark) {
        answers.add(
                answer.buffer(),
                answer.offset(),
                answer.length(),
                query.datagram.peer(),
                isWildcard ? query.datagram.local() : null,
                gate.answerMark(connectionMark));
        if (onceSent == null) {
            onceSent = gate.marks().answering(query.datagram, connectionMark);
        }
        release(query);
        if (answers.isFull()) {
            sendAnswers();
        } else {
            endOfTurn.request();
        }
    }

    private void sendAnswers() {
        answers.send(socket, (index, errno) -> gate.counters().add(Count.UNSENT_ANSWERS));
        if (onceSent != null) {
            onceSent.run();
            onceSent = null;
        }
    }

    /**
     * Takes no more queries, but still answers those that it has.
     *
     * @param leavesWaiting whether what waits in the socket is left to another process
     */
    public void drain(boolean leavesWaiting) {
        if (!leavesWaiting) {
            receive(LAST_BURSTS);
        }
        readable.pause();
        hasForeign = false;
    }

    /** Sends what is left to send and closes the socket. */
    @Override
    public void close() {
        hasForeign = false;
        sendAnswers();
        readable.close();
        received.close();
        answers.close();
    }
}
