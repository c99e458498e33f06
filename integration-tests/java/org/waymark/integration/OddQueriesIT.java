package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.waymark.Duty;
import org.waymark.lab.Edns;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Lab;
import org.waymark.lab.Message;
import org.waymark.lab.Query;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.TcpClient;
import org.waymark.lab.UdpClient;
import org.waymark.lab.Waiting;

/** Queries that few send get a timely answer (RFC 8906), and errors say why (RFC 8914). */
class OddQueriesIT {
    private static final InetSocketAddress GATEWAY = Family.IPV4.gateway();
    private static final int NO_REACHABLE_AUTHORITY = 22;
    private static final int NETWORK_ERROR = 23;
    private static final int NOT_READY = 14;
    private static final int BLOCKED = 15;
    private static final int FILTERED = 17;
    private static final int PROHIBITED = 18;

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53));

    @BeforeEach
    void answerAsUsual() {
        STUB.reset();
    }

    @Test
    @Duty({12, 42})
    void twoQuestionsAreAFormatErrorAndNoneIsNot() {
        try (Forwarder forwarder = start(setup())) {
            byte[] two = Query.of("a.example", Query.A)
                    .question("b.example", Query.A, 1)
                    .bytes(1);
            assertEquals(Message.FORMERR, Message.rcode(ask(two)));
            assertEquals(List.of(), STUB.seen(), forwarder::log);
            byte[] none = Query.empty().edns(1232, 0).bytes(2);
            STUB.plays((seen, line) -> line.send(answer(seen.bytes(), Message.REFUSED)));
            assertEquals(Message.REFUSED, Message.rcode(ask(none)), "asked of the server");
            assertEquals(1, STUB.seen().size());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15})
    @Duty(43)
    void everyOpcodeGoesOnAndIsAnswered(int opcode) {
        try (Forwarder forwarder = start(setup())) {
            STUB.plays((seen, line) -> line.send(answer(seen.bytes(), 4)));
            byte[] query = Query.of("op.example", 6).flags(opcode << 11).bytes(3);
            assertEquals(4, Message.rcode(ask(query)), forwarder::log);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4, 5, 15})
    @Duty(43)
    void noOpcodeIsMetWithSilenceWhenTheServerIsDead(int opcode) {
        try (Forwarder forwarder = start(Setup.wildcard().server("10.99.0.55"))) {
            byte[] query = Query.of("op.example", 6).flags(opcode << 11).bytes(4);
            byte[] answer = ask(query);
            assertEquals(Message.SERVFAIL, Message.rcode(answer), forwarder::log);
            assertEquals(opcode, Message.flags(answer) >>> 11 & 0xf);
        }
    }

    @ParameterizedTest
    @EnumSource
    @Duty(44)
    void answersFromClientsAreDropped(Forwarders forwarders) {
        byte[] query = Query.of("reflected.example", Query.A).bytes(5);
        try (Forwarder forwarder = forwarders.start(LAB, setup());
                UdpClient client = UdpClient.from(LAB, Family.IPV4.client(137))) {
            client.send(Message.answerTo(query), GATEWAY);
            byte[] next = Query.of("next.example", Query.A).bytes(6);
            assertArrayEquals(Message.answerTo(next), client.ask(next, GATEWAY).bytes(), forwarder::log);
            assertEquals(Optional.empty(), client.receive(Duration.ofMillis(300)), forwarder::log);
            assertEquals(List.of(), STUB.seen("reflected.example"));
        }
    }

    @Test
    @Duty(47)
    void silentServersAreReportedAsNoReachableAuthority() {
        STUB.plays(StubServer.SILENCE);
        assertError(setup().tries("200ms", 2), Message.SERVFAIL, NO_REACHABLE_AUTHORITY);
    }

    @Test
    @Duty(47)
    void unreachableServersAreReportedAsANetworkError() {
        assertError(Setup.wildcard().server("203.0.113.1"), Message.SERVFAIL, NETWORK_ERROR);
    }

    @Test
    @Duty(47)
    void clientsThatMayNotAskAreToldSo() {
        assertError(setup().with("listen", "allow-from = [\"10.0.0.0/8\"]"), Message.REFUSED, PROHIBITED);
    }

    @Test
    @Duty(47)
    void clientsWhoseMarkAPolicyRefusesAreToldSo() {
        Setup setup = setup().with("[policy]", "mark = 137").with("[policy]", "action = \"refuse\"");
        assertError(setup, Message.REFUSED, PROHIBITED);
    }

    @Test
    @Duty(47)
    void queriesForNamesThatAPolicyRefusesAreBlocked() {
        Setup setup = setup().with("[policy]", "names = [\".\"]").with("[policy]", "action = \"refuse\"");
        assertError(setup, Message.REFUSED, BLOCKED);
    }

    @Test
    @Duty(47)
    void queriesForNamesThatAPolicyRefusesToSomeAreFiltered() {
        Setup setup = setup().with("[policy]", "mark = 137")
                .with("[policy]", "names = [\".\"]")
                .with("[policy]", "action = \"refuse\"");
        assertError(setup, Message.REFUSED, FILTERED);
    }

    @Test
    @Duty({46, 47})
    void queriesOverALimitAreRefusedAsNotReady() {
        STUB.plays(StubServer.SILENCE);
        Setup setup = setup().with("limits", "queries-in-flight-per-client = 1").tries("2s", 1);
        try (Forwarder forwarder = start(setup);
                UdpClient client = UdpClient.from(LAB, Family.IPV4.client(137))) {
            for (int id = 0; id < 8; id++) {
                client.send(
                        Query.of("l" + id + ".example", Query.A).edns(1232, 0).bytes(id), GATEWAY);
            }
            byte[] first = client.receive(Waiting.PATIENCE).orElseThrow().bytes();
            assertEquals(Message.REFUSED, Message.rcode(first), forwarder::log);
            assertEquals(List.of(NOT_READY), Edns.of(first).orElseThrow().errors());
        }
    }

    @ParameterizedTest(name = "extended error {0} with RCODE {1}")
    @CsvSource({"6, 0", "9, 0", "3, 3", "15, 3"})
    @Duty(47)
    void extendedErrorsOfTheServerPass(int code, int rcode) {
        byte[] query = Query.of("theirs.example", Query.A).edns(1232, 0).bytes(6);
        byte[] theirs = answer(
                Query.of("theirs.example", Query.A)
                        .edns(1232, 0, (byte) 0, (byte) 15, (byte) 0, (byte) 2, (byte) 0, (byte) code)
                        .bytes(6),
                rcode);
        STUB.plays((seen, line) -> line.send(Message.withId(theirs, Message.id(seen.bytes()))));
        try (Forwarder forwarder = start(setup())) {
            assertArrayEquals(theirs, ask(query), forwarder::log);
        }
    }

    private static void assertError(Setup setup, int rcode, int error) {
        byte[] query = Query.of("why.example", Query.A).edns(1232, 0).bytes(7);
        try (Forwarder forwarder = start(setup);
                TcpClient tcp = TcpClient.connect(LAB, Family.IPV4.client(137), GATEWAY)) {
            for (byte[] answer : List.of(ask(query), tcp.ask(query))) {
                assertEquals(rcode, Message.rcode(answer), forwarder::log);
                assertEquals(List.of(error), Edns.of(answer).orElseThrow().errors(), forwarder::log);
            }
        }
    }

    private static byte[] answer(byte[] query, int rcode) {
        byte[] answer = query.clone();
        answer[2] |= (byte) 0x80;
        answer[3] |= (byte) rcode;
        return answer;
    }

    private static Setup setup() {
        return Setup.wildcard().servers(Family.IPV4.upstream(53));
    }

    private static Forwarder start(Setup setup) {
        return Forwarders.WAYMARK.start(LAB, setup);
    }

    private static byte[] ask(byte[] query) {
        try (UdpClient client = UdpClient.from(LAB, Family.IPV4.client(137))) {
            return client.ask(query, GATEWAY).bytes();
        }
    }
}
