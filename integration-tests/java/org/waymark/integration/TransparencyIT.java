package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.waymark.Duty;
import org.waymark.lab.Family;
import org.waymark.lab.Lab;
import org.waymark.lab.Message;
import org.waymark.lab.Query;
import org.waymark.lab.StubServer;
import org.waymark.lab.TcpClient;
import org.waymark.lab.UdpClient;

/** Messages pass byte for byte but for the id, both ways, whatever is in them (RFC 5625). */
class TransparencyIT {
    private static final InetSocketAddress GATEWAY = Family.IPV4.gateway();
    private static final int QR_AND_UNUSUAL_FLAGS = 0x84f0;

    @RegisterExtension
    private static final OneServerLab ONE_SERVER = new OneServerLab();

    private static final Lab LAB = ONE_SERVER.lab();
    private static final StubServer STUB = ONE_SERVER.stub();

    static Stream<Arguments> unusualQueries() {
        return Stream.of(
                Arguments.of("TYPE65280", Query.of("a.example", 65280)),
                Arguments.of("ANY", Query.of("a.example", 255)),
                Arguments.of("HTTPS", Query.of("a.example", 65)),
                Arguments.of("TKEY", Query.of("a.example", 249)),
                Arguments.of("class CH", Query.empty().question("version.bind", Query.TXT, 3)),
                Arguments.of("class ANY", Query.empty().question("a.example", Query.A, 255)),
                Arguments.of("the root", Query.of("", 2)),
                Arguments.of("mixed case", Query.of("wWw.eXaMPle", Query.A)),
                Arguments.of("binary labels", Query.of("\0\1 \377.example", Query.A)),
                Arguments.of("a label of 63", Query.of("x".repeat(63) + ".example", Query.A)),
                Arguments.of("a name of 255", Query.of(("y".repeat(49) + ".").repeat(5) + "zzz", Query.A)),
                Arguments.of("no RD", Query.of("a.example", Query.A).flags(0)),
                Arguments.of("AD", Query.of("a.example", Query.A).flags(0x0120)),
                Arguments.of("CD", Query.of("a.example", Query.A).flags(0x0110)),
                Arguments.of("Z", Query.of("a.example", Query.A).flags(0x0140)),
                Arguments.of(
                        "AA, TC, RA and an RCODE",
                        Query.of("a.example", Query.A).flags(0x0783)),
                Arguments.of("EDNS with DO", Query.of("a.example", Query.A).edns(1232, 0x8000)),
                Arguments.of(
                        "EDNS with unknown flags",
                        Query.of("a.example", Query.A).edns(4096, 0x40ff)),
                Arguments.of("EDNS version 1", Query.of("a.example", Query.A).edns(4096, 0x10000)),
                Arguments.of("EDNS of 17 bytes", Query.of("a.example", Query.A).edns(17, 0)),
                Arguments.of(
                        "NSID, ECS, EXPIRE, COOKIE and option 100",
                        Query.of("a.example", Query.A)
                                .edns(
                                        1232,
                                        0,
                                        bytes(
                                                0, 3, 0, 0, 0, 8, 0, 7, 0, 1, 24, 0, 192, 0, 2, 0, 9, 0, 0, 0, 10, 0, 8,
                                                1, 2, 3, 4, 5, 6, 7, 8, 0, 100, 0, 3, 9, 9, 9))),
                Arguments.of(
                        "TSIG",
                        Query.of("a.example", Query.A)
                                .edns(1232, 0)
                                .additional("key.example", 250, 255, bytes(new Random(1).ints(61, 0, 256)))),
                Arguments.of(
                        "IXFR with an authority", Query.of("a.example", 251).raw(2, authority())),
                Arguments.of("NOTIFY", Query.of("a.example", 6).flags(0x2400)),
                Arguments.of("UPDATE", Query.of("example", 6).flags(0x2800).raw(2, authority())),
                Arguments.of("opcode 15", Query.of("a.example", Query.A).flags(0x7900)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unusualQueries")
    @Duty({1, 2, 3, 4, 10})
    void unusualQueriesAndAnswersPassOverUdp(String title, Query query) {
        STUB.plays((seen, line) -> line.send(unusualAnswerTo(seen.bytes())));
        byte[] sent = query.bytes(4711);
        try (UdpClient client = UdpClient.from(LAB, Family.IPV4.client(137))) {
            checkPassage(sent, client.ask(sent, GATEWAY).bytes(), false);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unusualQueries")
    @Duty({1, 2, 3, 4, 10})
    void unusualQueriesAndAnswersPassOverTcp(String title, Query query) {
        STUB.plays((seen, line) -> line.send(unusualAnswerTo(seen.bytes())));
        byte[] sent = query.bytes(4712);
        try (TcpClient client = TcpClient.connect(LAB, Family.IPV4.client(137), GATEWAY)) {
            checkPassage(sent, client.ask(sent), true);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {512, 513, 1232, 1500, 4096, 8000})
    @Duty({5, 9})
    void largeAnswersPassOverUdpToClientsThatTakeThem(int size) {
        STUB.plays((seen, line) -> line.send(Message.largeAnswerTo(seen.bytes(), size)));
        byte[] sent = Query.of("large.example", Query.TXT).edns(16_384, 0).bytes(4713);
        try (UdpClient client = UdpClient.from(LAB, Family.IPV4.client(137))) {
            assertArrayEquals(
                    Message.largeAnswerTo(sent, size), client.ask(sent, GATEWAY).bytes());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1500, 16_000, 65_000})
    @Duty(6)
    void largeAnswersPassOverTcp(int size) {
        STUB.plays((seen, line) -> line.send(Message.largeAnswerTo(seen.bytes(), size)));
        byte[] sent = Query.of("large.example", Query.TXT).bytes(4714);
        try (TcpClient client = TcpClient.connect(LAB, Family.IPV4.client(137), GATEWAY)) {
            assertArrayEquals(Message.largeAnswerTo(sent, size), client.ask(sent));
        }
    }

    @ParameterizedTest
    @EnumSource
    @Duty({5, 7})
    void truncationIsLeftToTheClient(Family family) {
        STUB.plays(StubServer.TRUNCATE_UDP);
        byte[] sent = Query.of("truncated.example", Query.TXT).bytes(4715);
        try (UdpClient udp = UdpClient.from(LAB, family.client(137));
                TcpClient tcp = TcpClient.connect(LAB, family.client(137), family.gateway())) {
            byte[] cut = udp.ask(sent, family.gateway()).bytes();
            assertTrue(Message.isTruncated(cut));
            assertArrayEquals(Message.truncatedAnswerTo(sent), cut);
            assertArrayEquals(Message.answerTo(sent), tcp.ask(sent));
        }
        assertEquals(
                List.of(false, true),
                STUB.seen().stream().map(StubServer.Seen::tcp).toList());
    }

    @Test
    @Duty(13)
    void idsUpstreamAreNotTheClients() {
        try (UdpClient client = UdpClient.from(LAB, Family.IPV4.client(137))) {
            for (int i = 0; i < 50; i++) {
                client.ask(Query.of("id" + i + ".example", Query.A).bytes(i), GATEWAY);
            }
        }
        List<Integer> ids =
                STUB.seen().stream().map(query -> Message.id(query.bytes())).toList();
        assertTrue(ids.stream().distinct().count() > 45, () -> "random ids differ: " + ids);
        assertTrue(
                IntStream.range(0, 50).filter(i -> ids.get(i) == i).count() < 5,
                () -> "a client can't choose the id upstream: " + ids);
    }

    private static void checkPassage(byte[] query, byte[] answer, boolean tcp) {
        assertEquals(1, STUB.seen().size());
        StubServer.Seen seen = STUB.seen().get(0);
        assertEquals(tcp, seen.tcp());
        assertArrayEquals(Message.afterId(query), Message.afterId(seen.bytes()));
        assertArrayEquals(unusualAnswerTo(query), answer);
    }

    /** The query itself as an answer, with flags that an answer seldom has. */
    private static byte[] unusualAnswerTo(byte[] query) {
        byte[] answer = query.clone();
        answer[2] |= (byte) (QR_AND_UNUSUAL_FLAGS >>> 8);
        answer[3] |= (byte) QR_AND_UNUSUAL_FLAGS;
        return answer;
    }

    /** An SOA record of the name in the question, which a pointer names. */
    private static byte[] authority() {
        return bytes(
                0xc0, 12, 0, 6, 0, 1, 0, 0, 0, 0, 0, 22, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                0);
    }

    private static byte[] bytes(int... values) {
        return bytes(IntStream.of(values));
    }

    private static byte[] bytes(IntStream values) {
        int[] numbers = values.toArray();
        byte[] bytes = new byte[numbers.length];
        for (int i = 0; i < numbers.length; i++) {
            bytes[i] = (byte) numbers[i];
        }
        return bytes;
    }
}
