package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.Message;
import org.waymark.lab.Questioner;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.Waiting;

/** The gateway's counters for a connection mark tell, byte for byte, what a client's queries have cost on the way to the server. */
class AccountingIT {
    private static final List<Integer> CLIENTS = List.of(101, 102, 103, 150);
    private static final Pattern PORT_AND_BYTES = Pattern.compile("(\\d+) counter packets \\d+ bytes (\\d+)");

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53), Family.IPV6.upstream(53));

    /** Bytes out and back. */
    private record Traffic(long out, long back) {
        Traffic plus(Traffic other) {
            return new Traffic(out + other.out, back + other.back);
        }
    }

    @BeforeEach
    void countByMark() {
        LAB.rules("--many");
        STUB.reset();
        LAB.shell(Host.GATEWAY, """
                for t in iptables ip6tables; do
                    for n in 101 102 103 0; do
                        $t -t mangle -A POSTROUTING -o wan -p tcp -m connmark --mark $n
                        $t -t mangle -A INPUT -i wan -p tcp -m connmark --mark $n
                        $t -t mangle -A POSTROUTING -o wan -p udp -m connmark --mark $n
                        $t -t mangle -A INPUT -i wan -p udp -m connmark --mark $n
                    done
                done
                """);
    }

    /** A datagram's length on the way is that of its message and the UDP and IP headers. */
    @ParameterizedTest
    @EnumSource
    void countersEqualWhatTheServerSawOverUdp(Family server) {
        try (Forwarder forwarder = start(server)) {
            Questioner questioner = new Questioner(LAB, Host.CLIENT);
            for (int round = 0; round < 50; round++) {
                for (int client : CLIENTS) {
                    Family family = Family.values()[round % 2];
                    questioner.askOverUdp(family.client(client), family.gateway(), due(client));
                }
            }
            int headers = 8 + (server == Family.IPV4 ? 20 : 40);
            Map<Long, Traffic> seen = new TreeMap<>();
            for (StubServer.Seen query : STUB.seen()) {
                int answered = Message.answerTo(query.bytes()).length;
                Traffic traffic = new Traffic(headers + query.bytes().length, headers + answered);
                seen.merge(dueOf(query), traffic, Traffic::plus);
            }
            assertEquals(CLIENTS.size(), seen.size());
            assertEquals(seen, counters(server, "udp"), forwarder::log);
        }
    }

    /** The server's kernel counts by port, handshake and farewell included; whose the port was, the queries tell. */
    @ParameterizedTest
    @EnumSource
    void countersEqualWhatTheServerSawOverTcp(Family server) {
        LAB.loadNft(Host.UPSTREAM, """
                table inet count
                delete table inet count
                table inet count {
                    set out { type inet_service; size 65535; flags dynamic; counter; }
                    set back { type inet_service; size 65535; flags dynamic; counter; }
                    chain input { type filter hook input priority 0; tcp dport 53 update @out { tcp sport }; }
                    chain output { type filter hook output priority 0; tcp sport 53 update @back { tcp dport }; }
                }
                """);
        try (Forwarder forwarder = start(server)) {
            Questioner questioner = new Questioner(LAB, Host.CLIENT);
            for (int round = 0; round < 20; round++) {
                for (int client : CLIENTS) {
                    Family family = Family.values()[round % 2];
                    questioner.askOverTcp(family.client(client), family.gateway(), due(client));
                }
            }
            assertEquals(questioner.queries(), STUB.seen().size(), forwarder::log);
        }
        Waiting.until(Waiting.PATIENCE, "the server has closed its side, too", () -> LAB.exec(
                        Host.UPSTREAM, "ss", "-Htan", "state", "connected", "sport", "=", "53")
                .orFail()
                .isBlank());
        Map<Integer, Long> markOfPort = new TreeMap<>();
        STUB.seen().forEach(query -> markOfPort.put(query.from().getPort(), dueOf(query)));
        Map<Integer, Long> out = bytesByPort("out");
        Map<Integer, Long> back = bytesByPort("back");
        assertEquals(markOfPort.keySet(), out.keySet());
        Map<Long, Traffic> seen = new TreeMap<>();
        markOfPort.forEach((port, mark) -> seen.merge(mark, new Traffic(out.get(port), back.get(port)), Traffic::plus));
        assertEquals(CLIENTS.size(), seen.size());
        assertEquals(seen, counters(server, "tcp"));
    }

    private static Forwarder start(Family server) {
        return Forwarders.WAYMARK.start(LAB, Setup.wildcard().servers(server.upstream(53)));
    }

    private static long due(int client) {
        return client == 150 ? 0 : client;
    }

    private static long dueOf(StubServer.Seen query) {
        return Long.parseLong(query.name().replaceAll(".*\\.m|\\.example", ""));
    }

    /** Reads lines such as {@code [20:1400] -A POSTROUTING -o wan -p udp -m connmark --mark 0x65}. */
    private static Map<Long, Traffic> counters(Family server, String protocol) {
        String save = server == Family.IPV4 ? "iptables-save" : "ip6tables-save";
        String rules = LAB.exec(Host.GATEWAY, save, "-c", "-t", "mangle").orFail();
        Matcher matcher = Pattern.compile("\\[\\d+:(\\d+)] -A (POSTROUTING|INPUT) -[io] wan -p " + protocol
                        + " -m connmark --mark (\\w+)")
                .matcher(rules);
        Map<Long, Traffic> counters = new TreeMap<>();
        for (MatchResult rule : matcher.results().toList()) {
            long bytes = Long.parseLong(rule.group(1));
            boolean out = rule.group(2).equals("POSTROUTING");
            counters.merge(Long.decode(rule.group(3)), new Traffic(out ? bytes : 0, out ? 0 : bytes), Traffic::plus);
        }
        return counters;
    }

    private static Map<Integer, Long> bytesByPort(String set) {
        Map<Integer, Long> bytes = new TreeMap<>();
        PORT_AND_BYTES
                .matcher(LAB.exec(Host.UPSTREAM, "nft", "-n", "list", "set", "inet", "count", set)
                        .orFail())
                .results()
                .forEach(element -> bytes.put(Integer.valueOf(element.group(1)), Long.valueOf(element.group(2))));
        return bytes;
    }
}
