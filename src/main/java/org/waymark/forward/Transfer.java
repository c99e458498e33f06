package org.waymark.forward;

import org.waymark.dns.TransferReader;
import org.waymark.dns.WireMessage;
import org.waymark.upstream.Failure;
import org.waymark.upstream.UpstreamSockets;

/**
 * A zone on its way to one client. Until a server has begun to send it, it is a flight like any other. Then the client is given one
 * message after the other, each when the one before has left, so that whoever is slow slows the other side.
 *
 * <p>The transfer ends with its last message, which is the answer to the query. One that is silent for as long as a try may take, or
 * that the server ends before, is broken off.
 */
final class Transfer extends Flight {
    private final UpstreamSockets upstreams;
    private final TransferReader reader = new TransferReader();
    private boolean begun;
    private boolean waitsForClient;
    private boolean over;

    Transfer(PendingQueries pending, UpstreamSockets upstreams) {
        super(pending);
        this.upstreams = upstreams;
    }

    @Override
    public boolean isTransfer() {
        return true;
    }

    /** A transfer goes to one client only. */
    @Override
    boolean suits(WireMessage message, int mark, ServerGroup group, boolean overTcp) {
        return false;
    }

    @Override
    protected void answered(WireMessage message) {
        if (!begun) {
            reader.begin(message());
        }
        if (!reader.isLast(message)) {
            pass(message);
            return;
        }
        upstreams.cancel(this);
        if (begun) {
            pending.stopTimer(timer);
            pending.answered(this, message, answeredAt());
        } else {
            super.answered(message);
        }
    }

    private void pass(WireMessage message) {
        begun = true;
        waitsForClient = true;
        restartTimer();
        message.setId(first.id());
        first.part(message, first.connectionMark(), this::partHasLeft);
    }

    private void partHasLeft(boolean toClient) {
        waitsForClient = false;
        if (over) {
            return;
        }
        if (toClient) {
            restartTimer();
            upstreams.readOn(this);
        } else {
            breakOff();
        }
    }

    private void restartTimer() {
        pending.stopTimer(timer);
        pending.startTimer(timer, pending.now(), group.timeout().toNanos());
    }

    @Override
    protected void failed(Failure failure) {
        if (begun) {
            breakOff();
        } else {
            super.failed(failure);
        }
    }

    /** A client that does not read for long loses its connection; it is not the transfer that waits too long. */
    @Override
    void timedOut() {
        if (!begun) {
            super.timedOut();
        } else if (waitsForClient && !pending.isStopping()) {
            restartTimer();
        } else {
            breakOff();
        }
    }

    private void breakOff() {
        pending.stopTimer(timer);
        upstreams.cancel(this);
        pending.brokeOff(this);
    }

    @Override
    void end() {
        over = true;
        super.end();
    }
}
