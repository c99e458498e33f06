package org.waymark.upstream;

import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import org.waymark.limit.SharedLimit;
import org.waymark.metrics.Counters;

/** A carrier that carries nowhere. */
final class TestCarrier extends Carrier {
    boolean takesNew = true;
    boolean isClosed;

    TestCarrier(Shared shared, int mark) {
        super(shared, health(), mark);
    }

    /** The health of a server that nothing was heard of. */
    static Health health() {
        Server server = new Server(new InetSocketAddress("192.0.2.53", 53), false);
        return new Health(new ServerState(server), 0, 0);
    }

    /** What carriers share, with limits on sockets in all and for each mark. */
    static Shared shared(int sockets, int socketsPerMark, Counters counters) {
        Limits limits = new Limits(
                SharedLimit.ofAll(sockets, 1), sockets, socketsPerMark, Duration.ofSeconds(2), Duration.ofSeconds(10));
        return new Shared(null, limits, null, null, new RandomNumbers(new SecureRandom()), counters);
    }

    @Override
    boolean takesNew(long nowNanos) {
        return takesNew;
    }

    @Override
    boolean isUsable() {
        return !isClosed && !isSuspect();
    }

    @Override
    boolean isDone(long nowNanos) {
        return !takesNew && openQuestions() == 0;
    }

    @Override
    void send() {
        while (toSend.poll() != null) {
            // They are as good as sent.
        }
    }

    @Override
    void close(Failure failure) {
        isClosed = true;
        failAll(failure);
    }
}
