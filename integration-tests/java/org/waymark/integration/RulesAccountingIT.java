package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.Query;
import org.waymark.lab.Questioner;
import org.waymark.lab.RulesCommand;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.UdpClient;
import org.waymark.lab.Waiting;

/** With {@code --accounting} each leg's bytes by mark are those that clients and servers have counted themselves. */
class RulesAccountingIT {
    private static final List<Integer> CLIENTS = List.of(101, 102);
    private static final Pattern ELEMENT = Pattern.compile("0x([0-9a-f]{8}) counter packets \\d+ bytes (\\d+)");

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53), Family.IPV6.upstream(53));

    @ParameterizedTest
    @ValueSource(strings = {"nft", "iptables"})
    void everyLegIsCountedByMark(String format) {
        RulesCommand.removeAll(LAB);
        // The end of a connection to a server is counted, too, and must not come between two looks.
        Setup setup = Setup.wildcard().servers(Family.IPV4.upstream(53)).with("limits", "upstream-idle = \"1h\"");
        RulesCommand rules = new RulesCommand(
                LAB,
                setup,
                "--format " + format + " --accounting"
                        + " --client 192.168.111.101=101 --client fd00:111::101=101"
                        + " --client 192.168.111.102=102 --client fd00:111::102=102");
        rules.load();
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup)) {
            for (int client : CLIENTS) {
                countAtBothEnds(client);
                Questioner questioner = new Questioner(LAB, Host.CLIENT);
                for (Family family : Family.values()) {
                    questioner.ask(family.client(client), family.gateway(), client);
                    for (int i = 0; i < client - 100; i++) {
                        askServerItself(family, client);
                    }
                    askFromPort53(family, client);
                }
                assertEquals(4, questioner.queries(), forwarder::log);
                // The last packets of TCP connections may still be on their way.
                Waiting.until(
                        Waiting.PATIENCE,
                        "client " + client + ": " + counted(client) + " becomes " + seen(),
                        () -> counted(client).equals(seen()));
                assertTrue(seen().values().stream().allMatch(bytes -> bytes > 0), seen()::toString);
            }
            Map<String, Long> before = counted(101);
            rules.load();
            assertEquals(before, counted(101), "another load keeps what has been counted");
            replaceBySetOfAddresses("server_dns");
            rules.load();
            before.remove("server_dns");
            assertEquals(before, counted(101), "only a set of another kind is replaced");
        }
    }

    private static void replaceBySetOfAddresses(String set) {
        LAB.shell(Host.GATEWAY, """
                nft 'flush table inet waymark; delete set inet waymark %1$s'
                nft add set inet waymark %1$s '{ type ipv4_addr; size 65535; flags dynamic; counter; }'
                """.formatted(set));
    }

    private static void askFromPort53(Family family, int client) {
        try (UdpClient udp = UdpClient.from(LAB, Host.CLIENT, new InetSocketAddress(family.client(client), 53))) {
            udp.ask(Query.of("from53.example", Query.TXT).bytes(1), family.gateway());
        }
    }

    private static void askServerItself(Family family, int client) {
        try (UdpClient udp = UdpClient.from(LAB, family.client(client))) {
            udp.ask(Query.of("forwarded.example", Query.TXT).bytes(1), family.upstream(53));
        }
    }

    /** Rules in the client's and the server's kernel, which know addresses and no marks. */
    private static void countAtBothEnds(int client) {
        String addresses = "{ 192.168.111." + client + " }";
        String addresses6 = "{ fd00:111::" + client + " }";
        LAB.loadNft(Host.CLIENT, """
                table inet ends
                delete table inet ends
                table inet ends {
                    counter up {}
                    counter down {}
                    counter dns {}
                    chain output {
                        type filter hook output priority 0;
                        ip saddr %1$s jump sent
                        ip6 saddr %2$s jump sent
                    }
                    chain input {
                        type filter hook input priority 0;
                        ip daddr %1$s jump received
                        ip6 daddr %2$s jump received
                    }
                    chain sent {
                        ip daddr 10.99.0.53 counter name up return
                        ip6 daddr 2001:db8:99::53 counter name up return
                        meta l4proto { tcp, udp } counter name dns
                    }
                    chain received {
                        ip saddr 10.99.0.53 counter name down return
                        ip6 saddr 2001:db8:99::53 counter name down return
                        meta l4proto { tcp, udp } counter name dns
                    }
                }
                """.formatted(addresses, addresses6));
        LAB.loadNft(Host.UPSTREAM, """
                table inet ends
                delete table inet ends
                table inet ends {
                    counter dns {}
                    chain input {
                        type filter hook input priority 0;
                        ip saddr 10.99.0.1 meta l4proto { tcp, udp } counter name dns
                    }
                    chain output {
                        type filter hook output priority 0;
                        ip daddr 10.99.0.1 meta l4proto { tcp, udp } counter name dns
                    }
                }
                """);
    }

    private static Map<String, Long> seen() {
        return new TreeMap<>(Map.of(
                "forwarded_up", bytes(Host.CLIENT, "up"),
                "forwarded_down", bytes(Host.CLIENT, "down"),
                "client_dns", bytes(Host.CLIENT, "dns"),
                "server_dns", bytes(Host.UPSTREAM, "dns")));
    }

    private static long bytes(Host host, String counter) {
        String listed = LAB.exec(host, "nft", "list", "counter", "inet", "ends", counter)
                .orFail();
        return Long.parseLong(listed.replaceAll("(?s).* bytes (\\d+).*", "$1"));
    }

    private static Map<String, Long> counted(int mark) {
        Map<String, Long> counted = new TreeMap<>();
        for (String set : List.of("forwarded_up", "forwarded_down", "client_dns", "server_dns")) {
            ELEMENT.matcher(LAB.exec(Host.GATEWAY, "nft", "list", "set", "inet", "waymark", set)
                            .orFail())
                    .results()
                    .filter(element -> Integer.parseUnsignedInt(element.group(1), 16) == mark)
                    .forEach(element -> counted.put(set, Long.parseLong(element.group(2))));
        }
        return counted;
    }
}
