package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.waymark.lab.Conntrack;
import org.waymark.lab.EndedConnections;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.MarkSource;
import org.waymark.lab.Message;
import org.waymark.lab.Questioner;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.Waiting;

/**
 * Conntrack soon knows nothing any more of connections to servers that are over, and has told what they have cost. Each test mostly waits,
 * so all run at the same time, each with a gateway of its own.
 */
@Execution(ExecutionMode.CONCURRENT)
class NothingLeftBehindIT {
    private static final List<Integer> CLIENTS = List.of(101, 102, 103, 150);
    private static final int ROUNDS = 10;
    /** A socket takes queries for two seconds, and late answers have some more; conntrack by itself would take 30 and 120. */
    private static final Duration SOON = Duration.ofSeconds(25);
    /** For a minute the kernel keeps the port of a connection that was closed here. */
    private static final Duration AFTER_TIME_WAIT = Duration.ofSeconds(80);

    @AutoClose
    private final Lab lab = Lab.up();

    @AutoClose
    private final StubServer stub = StubServer.on(lab, Family.IPV4.upstream(53), Family.IPV6.upstream(53));

    /** Bytes out and back. */
    private record Traffic(long out, long back) {
        Traffic plus(Traffic other) {
            return new Traffic(out + other.out, back + other.back);
        }

        boolean isLessThan(Traffic other) {
            return out < other.out && back < other.back;
        }
    }

    @BeforeEach
    void rules() {
        lab.rules("--many");
    }

    @ParameterizedTest
    @CsvSource({"CONNTRACK, IPV4", "CONNTRACK, IPV6", "LOOK_UP, IPV4", "PACKET, IPV6"})
    void connectionsOverUdpAreGoneAndTheirBytesWereTold(MarkSource source, Family family) {
        Setup setup = Setup.wildcard().servers(family.upstream(53)).marksFrom(source);
        try (EndedConnections ended = EndedConnections.on(lab);
                Forwarder forwarder = Forwarders.startAsItsUser(lab, setup)) {
            ask(false);
            awaitNothingLeft(family, SOON);
            int headers = 8 + (family == Family.IPV4 ? 20 : 40);
            assertEquals(seen(headers), told(ended, family), forwarder::log);
        }
    }

    /** Handshakes and acknowledgements come on top of the messages. */
    @Test
    void connectionsOverTcpAreGoneAndTheirBytesWereTold() {
        Family family = Family.IPV4;
        Setup setup = Setup.wildcard().servers(family.upstream(53)).with("limits", "upstream-idle = \"1s\"");
        try (EndedConnections ended = EndedConnections.on(lab);
                Forwarder forwarder = Forwarders.startAsItsUser(lab, setup)) {
            ask(true);
            awaitNothingLeft(family, AFTER_TIME_WAIT);
            Map<Long, Traffic> told = told(ended, family);
            Map<Long, Traffic> messages = seen(2);
            assertEquals(messages.keySet(), told.keySet(), forwarder::log);
            messages.forEach(
                    (mark, traffic) -> assertTrue(traffic.isLessThan(told.get(mark)), () -> mark + ": " + told));
            assertEquals(portsSeen(), portsTold(ended, family), "each connection is told once");
        }
    }

    private void ask(boolean overTcp) {
        Questioner questioner = new Questioner(lab, Host.CLIENT);
        for (int round = 0; round < ROUNDS; round++) {
            for (int client : CLIENTS) {
                Family family = Family.values()[round % 2];
                if (overTcp) {
                    questioner.askOverTcp(family.client(client), family.gateway(), due(client));
                } else {
                    questioner.askOverUdp(family.client(client), family.gateway(), due(client));
                }
            }
        }
    }

    private static long due(int client) {
        return client == 150 ? 0 : client;
    }

    private void awaitNothingLeft(Family family, Duration patience) {
        try {
            Waiting.until(patience, "nothing is left", () -> left(family).isEmpty());
        } catch (AssertionError e) {
            throw new AssertionError(left(family).size() + " connections are left", e);
        }
    }

    /** The connections to a server that conntrack knows. */
    private List<Conntrack.Connection> left(Family family) {
        InetSocketAddress server = family.upstream(53);
        return lab.conntrack().connections().stream()
                .filter(connection -> connection.original().destination().equals(server)
                        || connection.original().source().equals(server))
                .toList();
    }

    /** What the server has seen of each mark, with so many bytes around each message. */
    private Map<Long, Traffic> seen(int around) {
        Map<Long, Traffic> seen = new TreeMap<>();
        for (StubServer.Seen query : stub.seen()) {
            long mark = Long.parseLong(query.name().replaceAll(".*\\.m|\\.example", ""));
            int answer = Message.answerTo(query.bytes()).length;
            seen.merge(mark, new Traffic(around + query.bytes().length, around + answer), Traffic::plus);
        }
        return seen;
    }

    private static Map<Long, Traffic> told(EndedConnections ended, Family family) {
        Map<Long, Traffic> told = new TreeMap<>();
        ended.to(family.upstream(53))
                .forEach(connection ->
                        told.merge(connection.mark(), new Traffic(connection.out(), connection.back()), Traffic::plus));
        return told;
    }

    private Set<Integer> portsSeen() {
        return stub.seen().stream().map(query -> query.from().getPort()).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<Integer> portsTold(EndedConnections ended, Family family) {
        Set<Integer> ports = new TreeSet<>();
        for (EndedConnections.Ended connection : ended.to(family.upstream(53))) {
            assertTrue(ports.add(connection.port()), connection::toString);
        }
        return ports;
    }
}
