package org.waymark.upstream;

import org.waymark.dns.WireMessage;
import org.waymark.linux.Endpoint;
import org.waymark.linux.Errno;
import org.waymark.linux.LinuxException;
import org.waymark.metrics.ServerCounts;

/**
 * A connected UDP socket: the kernel drops what other hosts send to it, and reports that a port is closed. It takes new
 * questions for a short time only, so that source ports change often.
 */
final class UdpUpstreamSocket extends UpstreamSocket implements UdpSocket.DatagramEvents {
    private final MarkedSocket marked;
    private final long openedAt;

    /** Nothing has been sent by it. */
    private boolean isNew = true;

    private UdpUpstreamSocket(WorkerResources resources, Health health, int mark, MarkedSocket marked)
            throws LinuxException {
        super(resources, health, mark);
        this.marked = marked;
        this.openedAt = resources.loop().nanoTime();
        marked.socket().watch(this);
    }

    static UdpUpstreamSocket open(WorkerResources resources, Health health, Endpoint server, int mark)
            throws CannotOpenException {
        try {
            MarkedSocket marked = MarkedSocket.open(resources, server, mark);
            try {
                return new UdpUpstreamSocket(resources, health, mark, marked);
            } catch (LinuxException e) {
                resources.finished().add(marked, false, resources.loop().nanoTime());
                throw e;
            }
        } catch (LinuxException e) {
            throw CannotOpenException.of(e);
        }
    }

    @Override
    boolean isConnection() {
        return false;
    }

    @Override
    int sourcePort() {
        return marked.port().number();
    }

    @Override
    boolean takesNew(long nowNanos) {
        return isUsable()
                && nowNanos - openedAt < resources.limits().socketLife().toNanos();
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
        for (UpstreamQuery query = toSend.poll(); query != null; query = toSend.poll()) {
            resources.sentTogether().add(query);
            if (marked.socket().add(query.message())) {
                sendBatch();
            }
        }
        sendBatch();
    }

    private void sendBatch() {
        boolean begins = isNew && !resources.sentTogether().isEmpty();
        marked.socket().send();
        resources.sentTogether().clear();
        if (begins && isNew) {
            isNew = false;
            resources.watch().begun(marked.port(), mark);
        }
    }

    @Override
    public void notSent(int index, Errno errno) {
        // Perhaps no packet has left at all: there is nothing to look at.
        isNew = false;
        UpstreamQuery query = resources.sentTogether().openOn(this, index);
        if (query == null) {
            // It failed together with another one.
            return;
        }
        if (errno.equals(Errno.ECONNREFUSED)) {
            failed(errno);
        } else {
            health.unreachable(errno);
            drop(query);
            health.counts().add(ServerCounts.Count.ERRORS);
            query.failed(Failure.UNREACHABLE);
        }
    }

    @Override
    public void received(WireMessage answer, long nowNanos) {
        answered(answer, nowNanos);
    }

    /** The kernel reports what an earlier datagram met with, which holds for all that are open here. */
    @Override
    public void failed(Errno errno) {
        boolean refused = errno.equals(Errno.ECONNREFUSED);
        health.refused(resources.loop().nanoTime());
        health.unreachable(errno);
        failAll(refused ? Failure.REFUSED : Failure.UNREACHABLE);
    }

    @Override
    void close(Failure failure) {
        marked.socket().unwatch();
        resources.finished().add(marked, hasUnanswered(), resources.loop().nanoTime());
        failAll(failure);
    }
}
