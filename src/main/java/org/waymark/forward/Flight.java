package org.waymark.forward;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.waymark.cache.Key;
import org.waymark.dns.Header;
import org.waymark.dns.WireMessage;
import org.waymark.upstream.Failure;
import org.waymark.upstream.ServerAccess;
import org.waymark.upstream.UpstreamQuery;

/**
 * A question that is under way for one query or several ("single flight"): it is sent to one server after the other until one
 * answers, always with the mark that it began with. The queries that share it differ only in their ids, and have the same outgoing
 * mark. Flights are used again, so a pending query costs no allocation.
 */
class Flight extends UpstreamQuery {
    final PendingQueries pending;
    final Deadlines.Timer timer = new Deadlines.Timer(this::timedOut);
    Query first;
    private Query last;
    ServerGroup group;
    private boolean overTcp;
    private int tries;

    /** Whether it was ever sent, or has waited, and so when all of that together has had its time. */
    private boolean isTimed;

    private long giveUpAt;

    /** Whether the try under way has as much time as a try may take. */
    private boolean hasAllTime;

    /** The servers that were asked in this round. The group may get others meanwhile. */
    private final List<ServerAccess> tried = new ArrayList<>(1);

    /** What its answer is to be kept under; not usable if it is not to be kept. */
    private final Key key = new Key();

    private int payloadLimit;

    /** Who shares its answer: nobody who asks after the group's servers have changed. */
    private long view;

    /** Whether it does nothing but wait for another's answer. */
    private boolean isWaiting;

    /** Whether others wait for its answer. */
    private boolean hasClaim;

    /** Whether queries have had an old answer because this one takes too long. */
    private boolean isLate;

    final Deadlines.Timer staleTimer = new Deadlines.Timer(this::takesTooLong);
    private Outcome outcome;
    private ServerAccess asked;

    /** The answer of a server that could not help, kept in case no other can; null if there is none. */
    private WireMessage poorAnswer;

    private ServerAccess poorAnswerer;

    /** The hashes and the neighbour in the {@link FlightTable}. */
    long hash;

    int questionHash;

    /** Whether it counts among the questions like it. */
    boolean hasPlace;

    Flight nextInBucket;

    Flight(PendingQueries pending) {
        this.pending = pending;
    }

    /** Prepares for a question. The first query, if there is one, must join before it is sent. */
    void begin(WireMessage message, int mark, ServerGroup group, boolean overTcp) {
        this.group = group;
        this.overTcp = overTcp;
        view = group.viewOf(mark);
        tries = 0;
        isTimed = false;
        tried.clear();
        poorAnswer = null;
        outcome = group.servers().isEmpty() ? Outcome.NO_SERVER : Outcome.TIMED_OUT;
        question(message, mark);
        key.clear();
        isLate = false;
        isWaiting = false;
    }

    /** Says what its answer is to be kept under, and how large an answer its question takes, in bytes. */
    void keepUnder(Key asked, int itsPayloadLimit) {
        key.copyOf(asked, message());
        payloadLimit = itsPayloadLimit;
    }

    /** What its answer is to be kept under; not usable if it is not to be kept. */
    Key key() {
        return key;
    }

    /** The largest answer that its clients take, in bytes. */
    int payloadLimit() {
        return payloadLimit;
    }

    /** The largest answer that the latest try could have got, in bytes. */
    int answerLimit() {
        return overTcp || asked.state().server().tcpOnly() ? WireMessage.MAX_LENGTH : payloadLimit;
    }

    void join(Query query) {
        if (first == null) {
            first = query;
        } else {
            last.next(query);
        }
        last = query;
    }

    /** Removes the query that joined first; returns null if there is none. */
    Query removeFirst() {
        Query query = first;
        if (query != null) {
            first = query.next();
            query.next(null);
        }
        return query;
    }

    /** Whether a query may join: it differs only in its id. */
    boolean suits(WireMessage message, int mark, ServerGroup group, boolean overTcp) {
        return mark() == mark
                && this.group == group
                && view == group.viewOf(mark)
                && this.overTcp == overTcp
                && message().length() == message.length()
                && sameButForId(message);
    }

    private boolean sameButForId(WireMessage message) {
        ByteBuffer own = message().buffer();
        ByteBuffer other = message.buffer();
        for (int i = Short.BYTES; i < message.length(); i++) {
            if (own.get(i) != other.get(message.offset() + i)) {
                return false;
            }
        }
        return true;
    }

    boolean isWaiting() {
        return isWaiting;
    }

    void isWaiting(boolean waits) {
        isWaiting = waits;
    }

    boolean hasClaim() {
        return hasClaim;
    }

    void hasClaim(boolean claimed) {
        hasClaim = claimed;
    }

    /** The answer takes so long that queries have had an old one, as any have that still join. */
    boolean hasGivenStale() {
        return isLate;
    }

    private void takesTooLong() {
        isLate = true;
        pending.giveStale(this);
    }

    /** Asks the next server; if there is none left, the flight has failed. */
    void tryNext() {
        while (tries < group.maxTries() && !isOver() && !pending.isStopping()) {
            ServerAccess server = group.choose(mark(), overTcp, tried);
            if (server == null) {
                tried.clear();
                continue;
            }
            tries++;
            tried.add(server);
            asked = server;
            Failure failure = server.send(this, overTcp);
            if (failure == null) {
                beginTime(sentAt());
                pending.startTimer(timer, sentAt(), patienceNanos(server));
                if (!isTransfer()) {
                    group.probeOthers(this, overTcp, server);
                }
                return;
            }
            outcome = Outcome.of(failure);
        }
        if (poorAnswer == null) {
            pending.failed(this);
        } else {
            asked = poorAnswerer;
            pending.answered(this, poorAnswer, pending.now());
        }
    }

    /** The time for all tries together runs from now on, if it does not run yet. */
    void beginTime(long nowNanos) {
        if (!isTimed) {
            isTimed = true;
            giveUpAt = nowNanos + group.totalTimeout().toNanos();
        }
    }

    /** Whether all tries together have had their time. It runs from the first one, which reads the clock anyway. */
    private boolean isOver() {
        return isTimed && pending.now() - giveUpAt >= 0;
    }

    /** The last try may have all the time that is left; those before it leave some for another server. */
    private long patienceNanos(ServerAccess server) {
        long most = group.timeout().toNanos();
        boolean isLast = tries >= group.maxTries() || group.servers().size() == 1;
        long patience = isLast ? most : server.patienceNanos(mark(), overTcp, most);
        long left = giveUpAt - sentAt();
        hasAllTime = isLast && left >= most;
        return Math.min(patience, left);
    }

    @Override
    protected void answered(WireMessage answer) {
        pending.stopTimer(timer);
        if (couldNotHelp(answer) && mayTryAnother()) {
            poorAnswer = WireMessage.of(answer.bytes());
            poorAnswerer = asked;
            tryNext();
        } else {
            pending.answered(this, answer, answeredAt());
        }
    }

    /** Whether another server may know better. NXDOMAIN is knowledge. */
    private static boolean couldNotHelp(WireMessage answer) {
        int rcode = answer.rcode();
        return answer.opcode() == Header.OPCODE_QUERY
                && (rcode == Header.RCODE_SERVFAIL || rcode == Header.RCODE_REFUSED);
    }

    private boolean mayTryAnother() {
        return tries < group.maxTries() && group.chooseWell(mark(), overTcp, tried) != null;
    }

    @Override
    protected void failed(Failure failure) {
        pending.stopTimer(timer);
        outcome = Outcome.of(failure);
        pending.tryFailed();
        if (failure == Failure.SUSPECTED_FORGERY && !overTcp) {
            // Only the way to this server is in doubt, so all of them may be asked again, once at least.
            overTcp = true;
            tried.clear();
            tries = Math.min(tries, group.maxTries() - 1);
        }
        tryNext();
    }

    void timedOut() {
        if (isWaiting) {
            isWaiting = false;
            pending.send(this);
            return;
        }
        outcome = Outcome.TIMED_OUT;
        pending.tryTimedOut(this, hasAllTime);
        tryNext();
    }

    /** Readies the flight for its next question. */
    void end() {
        key.clear();
        group = null;
        tried.clear();
        asked = null;
        poorAnswer = null;
        poorAnswerer = null;
        forget();
    }

    /** Where the answer that ends the flight comes from. */
    QueryEndings.Origin origin() {
        return new QueryEndings.Origin(mark(), asked, sourcePort());
    }

    /** Ends the flight without asking any server. */
    void refuse(Outcome why) {
        outcome = why;
        pending.failed(this);
    }

    /** What the question comes to if no further try succeeds. */
    Outcome outcome() {
        return outcome;
    }

    /** The message as a client sent it, with that client's id. */
    WireMessage messageOf(Query query) {
        message().setId(query.id());
        return message();
    }
}
