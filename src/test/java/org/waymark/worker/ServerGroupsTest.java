package org.waymark.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.waymark.cache.Views;
import org.waymark.config.ServerAddress;
import org.waymark.config.UpstreamGroup;
import org.waymark.forward.ServerGroup;
import org.waymark.limit.SharedLimit;
import org.waymark.loop.Loop;
import org.waymark.metrics.Counters;
import org.waymark.policy.Strategy;
import org.waymark.settings.Settings;
import org.waymark.upstream.QuestionObserver;
import org.waymark.upstream.SocketLimits;
import org.waymark.upstream.UpstreamSockets;

class ServerGroupsTest {
    private static final SocketLimits LIMITS =
            new SocketLimits(SharedLimit.ofAll(1, 1), 1, 1, Duration.ofSeconds(1), Duration.ofSeconds(1));

    private final ServerStates states = new ServerStates();
    private final ServerGroups groups = new ServerGroups(
            new UpstreamSockets(
                    new StoppedLoop(),
                    LIMITS,
                    null,
                    null,
                    new SplittableRandom(1),
                    new Counters(),
                    null,
                    QuestionObserver.NONE),
            states,
            new Views());

    /** Nothing is sent here, so no time passes. */
    private static final class StoppedLoop implements Loop {
        @Override
        public long nanoTime() {
            return 0;
        }

        @Override
        public void execute(Runnable task) {}

        @Override
        public void schedule(Runnable task, long delayNanos) {}

        @Override
        public Repetition repeat(Runnable task, long periodNanos) {
            return () -> {};
        }
    }

    private List<ServerGroup> adopt(List<Settings.Group> next) {
        return groups.adopt(next, -1, false);
    }

    @Test
    void aGroupThatKeepsItsNameStaysTheSameForPendingQueries() {
        List<ServerGroup> before = adopt(List.of(group("lan", "192.0.2.1"), group("vpn", "192.0.2.2")));
        List<ServerGroup> after = adopt(List.of(group("vpn", "192.0.2.3"), group("new", "192.0.2.2")));

        assertSame(before.get(1), after.get(0));
        assertEquals(List.of("192.0.2.3:53"), servers(after.get(0)));
        assertNotSame(before.get(0), after.get(1));
    }

    @Test
    void afterAReloadPendingQueriesFinishAmongTheirOwnServers() {
        List<Settings.Group> first = List.of(group("lan", "192.0.2.1"), group("vpn", "192.0.2.2"));
        List<ServerGroup> before = groups.adopt(first, -1, true);
        List<Settings.Group> second = List.of(group("lan", "192.0.2.3"), group("vpn", "192.0.2.2"));
        List<ServerGroup> after = groups.adopt(second, -1, true);

        assertEquals(List.of("192.0.2.1:53"), servers(before.get(0)));
        assertEquals(List.of("192.0.2.3:53"), servers(after.get(0)));
        assertSame(before.get(1), after.get(1));
    }

    @Test
    void aServerThatStaysInAGroupKeepsItsSockets() {
        ServerGroup group =
                adopt(List.of(group("lan", "192.0.2.1", "192.0.2.2"))).get(0);
        Object kept = group.servers().get(1);
        adopt(List.of(group("lan", "192.0.2.2", "192.0.2.3")));

        assertSame(kept, group.servers().get(0));
        assertEquals(List.of("192.0.2.2:53", "192.0.2.3:53"), servers(group));
    }

    @Test
    void groupsWithTheSameServerShareItsStateAsLongAsOneHasIt() {
        List<Settings.Group> both = List.of(group("lan", "192.0.2.1"), group("vpn", "192.0.2.1", "192.0.2.2"));
        List<ServerGroup> adopted = adopt(both);
        Object state = adopted.get(0).servers().get(0).state();
        assertSame(state, adopted.get(1).servers().get(0).state());
        assertEquals(2, states.all().size());

        states.keepOnly(List.of(group("vpn", "192.0.2.2")));
        assertEquals(1, states.all().size());
        assertNotSame(state, states.of(both.get(0)).get(0));
    }

    private static Settings.Group group(String name, String... servers) {
        UpstreamGroup group = new UpstreamGroup(
                name, List.of(), Strategy.ORDERED, Duration.ofSeconds(2), Duration.ofSeconds(4), 3, List.of());
        return new Settings.Group(
                group,
                Arrays.stream(servers)
                        .map(server -> new ServerAddress(ServerAddress.Protocol.UDP, new InetSocketAddress(server, 53)))
                        .toList());
    }

    private static List<String> servers(ServerGroup group) {
        return group.servers().stream().map(Object::toString).toList();
    }
}
