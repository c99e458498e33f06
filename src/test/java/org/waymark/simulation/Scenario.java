package org.waymark.simulation;

import java.time.Duration;
import java.util.random.RandomGenerator;
import org.waymark.dns.SipHash;
import org.waymark.forward.QueryLimits;
import org.waymark.forward.ServerGroup;
import org.waymark.limit.RateLimit;
import org.waymark.limit.SharedLimit;
import org.waymark.policy.Strategy;
import org.waymark.upstream.SocketLimits;

/**
 * What a world is like; it never changes.
 *
 * @param servers how many there are
 * @param tcpOnly out of this many servers about one is asked only over TCP
 * @param mayForge whether somebody may guess ids in the name of servers
 * @param portsAreFew whether there are so few source ports that one mark soon wants the ports of another
 * @param othersPorts how many ports other programs of the host have, or had
 * @param strategy which server is asked first
 * @param timeout the longest time for a try
 * @param totalTimeout the longest time for all tries together
 * @param attempts tries in all
 * @param limits the worker's limits on sockets
 * @param queryLimits the worker's limits on queries
 * @param cacheBytes the size of the cache
 * @param popular how many names clients ask for again and again
 */
record Scenario(
        int servers,
        int tcpOnly,
        boolean mayForge,
        boolean portsAreFew,
        int othersPorts,
        Strategy strategy,
        Duration timeout,
        Duration totalTimeout,
        int attempts,
        SocketLimits limits,
        QueryLimits queryLimits,
        int cacheBytes,
        int popular) {
    private static final Duration SOCKET_LIFE = Duration.ofSeconds(2);
    private static final Duration IDLE = Duration.ofSeconds(10);

    /** Draws anything that can be configured, and some more. */
    static Scenario random(RandomGenerator random) {
        Duration timeout = Duration.ofMillis(500 + random.nextInt(2_000));
        Strategy[] strategies = Strategy.values();
        return new Scenario(
                1 + random.nextInt(4),
                5,
                random.nextBoolean(),
                random.nextBoolean(),
                random.nextInt(3_000),
                strategies[random.nextInt(strategies.length)],
                timeout,
                timeout.plusMillis(random.nextInt(5_000)),
                1 + random.nextInt(5),
                limits(1 + random.nextInt(random.nextBoolean() ? 6 : 60), 1 + random.nextInt(4)),
                limits(random, 10 + random.nextInt(200), 5 + random.nextInt(100), 1 + random.nextInt(20)),
                random.nextBoolean() ? 1 << 20 : 0,
                1 + random.nextInt(20));
    }

    ServerGroup.Tries tries() {
        return new ServerGroup.Tries(strategy, timeout, totalTimeout, attempts);
    }

    /** The same or shorter times, in any order of servers, as another configuration may have them. */
    ServerGroup.Tries otherTries(RandomGenerator random) {
        Strategy[] strategies = Strategy.values();
        return new ServerGroup.Tries(
                strategies[random.nextInt(strategies.length)],
                timeout.dividedBy(1 + random.nextInt(3)),
                totalTimeout,
                attempts);
    }

    private static SocketLimits limits(int sockets, int socketsPerMark) {
        return new SocketLimits(SharedLimit.ofAll(sockets, 1), sockets, socketsPerMark, SOCKET_LIFE, IDLE);
    }

    private static QueryLimits limits(RandomGenerator random, int queries, int ofClient, int forQuestion) {
        return new QueryLimits(
                SharedLimit.ofAll(queries, 1),
                SharedLimit.ofEach(ofClient, 1),
                SharedLimit.ofEach(forQuestion, 1),
                SharedLimit.ofAll(2, 1),
                SharedLimit.ofEach(1, 1),
                new RateLimit(),
                SipHash.drawnFrom(random));
    }

    /** Servers over UDP that are asked in order, and no shortage of anything. */
    static Scenario plain(RandomGenerator random, int servers, Duration timeout, int attempts) {
        return new Scenario(
                servers,
                Integer.MAX_VALUE,
                false,
                false,
                0,
                Strategy.ORDERED,
                timeout,
                timeout.multipliedBy(attempts),
                attempts,
                limits(100, 4),
                limits(random, 100, 100, 100),
                0,
                1);
    }
}
