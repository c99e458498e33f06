package org.waymark.upstream;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.SplittableRandom;
import org.waymark.limit.SharedLimit;
import org.waymark.metrics.Counters;
import org.waymark.metrics.ServerCounts;
import org.waymark.ports.RandomNumbers;

/** A socket that carries nowhere. */
final class TestUpstreamSocket extends UpstreamSocket {
    boolean takesNew = true;
    boolean isClosed;

    TestUpstreamSocket(WorkerResources resources, int mark) {
        super(resources, health(), mark);
    }

    /** The health of a server that nothing was heard of. */
    static Health health() {
        UpstreamServer server = new UpstreamServer(new InetSocketAddress("192.0.2.53", 53), false);
        return new Health(new ServerState(server), 0, new ServerCounts(), 0);
    }

    /** What sockets share, with limits on sockets in all and for each mark. */
    static WorkerResources resources(int sockets, int socketsPerMark, Counters counters) {
        SocketLimits limits = new SocketLimits(
                SharedLimit.ofAll(sockets, 1), sockets, socketsPerMark, Duration.ofSeconds(2), Duration.ofSeconds(10));
        return new WorkerResources(
                null,
                limits,
                null,
                null,
                new RandomNumbers(new SplittableRandom(1)),
                counters,
                null,
                QuestionObserver.NONE);
    }

    @Override
    boolean isConnection() {
        return false;
    }

    @Override
    int sourcePort() {
        return 1024;
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
