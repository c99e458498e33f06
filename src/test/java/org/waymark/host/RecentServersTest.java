package org.waymark.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.waymark.conntrack.TransportProtocol;
import org.waymark.firewall.ServerElement;
import org.waymark.linux.Endpoint;

class RecentServersTest {
    private long now;
    private final RecentServers recent = new RecentServers(servers(1), () -> now);

    @Test
    void replacedOnesStayHoweverManyChangesFollow() {
        assertEquals(servers(1, 2), recent.change(servers(2)));
        assertEquals(servers(1, 2, 3), recent.change(servers(3)));
        assertEquals(servers(1, 2, 3), recent.change(servers(3)));
        assertEquals(servers(1, 2, 3, 4), recent.change(servers(4)));
    }

    @Test
    void replacedOnesGoWhenNoConnectionToThemCanBeLeft() {
        recent.change(servers(2));
        now += RecentServers.KEPT_NANOS;
        assertEquals(servers(1, 2, 3), recent.change(servers(3)));
        now++;
        assertEquals(servers(2, 3, 4), recent.change(servers(4)), "2 was replaced later");
    }

    @Test
    void oneThatComesBackIsNotReplacedAnyMore() {
        recent.change(servers(2));
        recent.change(servers(1));
        now += RecentServers.KEPT_NANOS + 1;
        assertEquals(servers(1), recent.change(servers(1)));
        assertEquals(servers(1, 3), recent.change(servers(3)));
    }

    @Test
    void thoseThatWereReplacedFirstMakeRoomForOthers() {
        Set<ServerElement> all = new HashSet<>();
        for (int number = 2; number <= RecentServers.MOST + 2; number++) {
            all = recent.change(servers(number));
        }
        assertEquals(RecentServers.MOST + 1, all.size());
        Set<ServerElement> first = new HashSet<>(servers(1));
        first.retainAll(all);
        assertEquals(Set.of(), first);
    }

    private static Set<ServerElement> servers(int... numbers) {
        return Arrays.stream(numbers)
                .mapToObj(number -> new ServerElement(
                        Endpoint.of(new InetSocketAddress("192.0.2.1", number)), TransportProtocol.UDP))
                .collect(Collectors.toSet());
    }
}
