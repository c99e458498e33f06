package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.Query;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.UdpClient;
import org.waymark.lab.Waiting;

/** The log says which clients are refused and why and, with {@code log.queries}, how every query ended. */
class QueryOutcomesIT {
    private static final InetAddress MARKED = Family.IPV4.client(137);
    private static final InetAddress UNMARKED = Family.IPV4.client(150);
    private static final InetAddress UNTRACKED = Family.IPV4.client(170);
    private static final InetAddress STRANGER = Family.IPV6.client(137);

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53));

    @Test
    void everyQueryIsLoggedAndOneOfThoseThatAreRefusedForEachReason() {
        LAB.shell(Host.GATEWAY, "iptables -t raw -A PREROUTING -s 192.168.111.170 -j CT --notrack");
        STUB.plays((query, line) -> {
            if (!query.name().startsWith("silence")) {
                StubServer.ANSWER.play(query, line);
            }
        });
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup())) {
            ask(MARKED, "www.example");
            ask(MARKED, "silence.example");
            ask(MARKED, "localhost");
            ask(UNMARKED, "unmarked.example");
            ask(UNTRACKED, "untracked.example");
            ask(STRANGER, "stranger.example");
            forwarder.terminate();
            forwarder.awaitExit(Waiting.PATIENCE);
            for (String line : List.of(
                    "INFO 192.168.111.137:P, mark 0x89 (137) asks www.example. A:"
                            + " sent with mark 0x189 (393), answered by 10.99.0.53:53",
                    "INFO 192.168.111.137:P, mark 0x89 (137) asks silence.example. A:"
                            + " failed: no server answered in time",
                    "INFO 192.168.111.137:P, mark 0x89 (137) asks localhost. A: answered here",
                    "INFO 192.168.111.150:P, mark 0x0 (0) asks unmarked.example. A: refused: [[policy]] 2",
                    "INFO 192.168.111.170:P, no conntrack entry asks untracked.example. A: refused: mark.unknown",
                    "INFO [fd00:111::137]:P asks stranger.example. A: refused: listen.allow-from",
                    "WARN 1 query refused in the last 10 s," + " from 192.168.111.150:P, mark 0x0 (0): [[policy]] 2",
                    "WARN 1 query refused in the last 10 s,"
                            + " from 192.168.111.170:P, no conntrack entry: mark.unknown",
                    "WARN 1 query refused in the last 10 s, from [fd00:111::137]:P: listen.allow-from")) {
                assertTrue(
                        forwarder
                                .log()
                                .replaceAll("(192[.0-9]*|\\]):\\d+", "$1:P")
                                .lines()
                                .anyMatch(line::equals),
                        () -> line + "\n" + forwarder.log());
            }
        }
    }

    private static Setup setup() {
        return Setup.wildcard()
                .servers(Family.IPV4.upstream(53))
                .tries("20s", 1)
                .with("listen", "allow-from = [\"192.168.111.0/24\"]")
                .with("mark", "unknown = \"refuse\"")
                .with("log", "queries = true")
                .append("""
                        [[upstream]]
                        name = "hasty"
                        servers = ["10.99.0.53"]
                        timeout = "100ms"
                        attempts = 1
                        [[domain]]
                        name = "silence.example"
                        upstream = "hasty"
                        [[policy]]
                        mark = 0x89
                        set-mark = "0x100/0x100"
                        [[policy]]
                        mark = 0
                        action = "refuse"
                        """);
    }

    private static void ask(InetAddress client, String name) {
        Family family = client.getAddress().length == 4 ? Family.IPV4 : Family.IPV6;
        try (UdpClient udp = UdpClient.from(LAB, client)) {
            udp.ask(Query.of(name, Query.A).bytes(1), family.gateway());
        }
    }
}
