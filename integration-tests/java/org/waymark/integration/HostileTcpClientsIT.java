package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.waymark.integration.HostileLab.CLIENT;
import static org.waymark.integration.HostileLab.GATEWAY;
import static org.waymark.integration.HostileLab.VALID;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.waymark.Duty;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Lab;
import org.waymark.lab.Message;
import org.waymark.lab.Query;
import org.waymark.lab.StubServer;
import org.waymark.lab.TcpClient;
import org.waymark.lab.UdpClient;
import org.waymark.lab.Waiting;

/** Clients that break off, dawdle, or never read on their connections never hurt. */
@ParameterizedClass
@EnumSource
class HostileTcpClientsIT {
    /** With one more, fewer than the 100 queries that dnsmasq takes on a connection. */
    private static final int PIPELINED = 98;

    @RegisterExtension
    private static final HostileLab HOSTILE = new HostileLab();

    private static final Lab LAB = HOSTILE.lab();
    private static final StubServer STUB = HOSTILE.stub();

    /** JUnit wants to tell the tests, too, which forwarder they run against. */
    HostileTcpClientsIT(Forwarders forwarder) {}

    @Test
    @Duty(39)
    void framesWithoutAMessageCloseTheConnectionOrAreSkipped() {
        try (TcpClient empty = TcpClient.connect(LAB, CLIENT, GATEWAY);
                TcpClient tooShort = TcpClient.connect(LAB, CLIENT, GATEWAY)) {
            empty.send(new byte[0]);
            empty.askIfOpen(VALID).ifPresent(answer -> assertArrayEquals(Message.answerTo(VALID), answer));
            tooShort.send(new byte[] {1, 2, 3, 4, 5});
            tooShort.askIfOpen(VALID).ifPresent(answer -> assertArrayEquals(Message.answerTo(VALID), answer));
        }
    }

    @Test
    @Duty(30)
    void frameThatComesByteByByteIsAnswered() {
        try (TcpClient client = TcpClient.connect(LAB, CLIENT, GATEWAY)) {
            for (byte one : TcpClient.frame(VALID)) {
                client.write(one);
            }
            assertArrayEquals(Message.answerTo(VALID), client.receive().orElseThrow());
        }
    }

    @Test
    @Duty(35)
    void unfinishedFrameIsNotWaitedForLongerThanTheIdleTime() {
        try (TcpClient client = TcpClient.connect(LAB, CLIENT, GATEWAY)) {
            client.write(Arrays.copyOf(TcpClient.frame(VALID), 20));
            HOSTILE.expect(client.isClosedWithin(Duration.ofSeconds(5)), "closes", Forwarders.DNSMASQ);
        }
    }

    @Test
    void unfinishedFrameAtTheEndOfInputEndsTheConnection() {
        try (TcpClient client = TcpClient.connect(LAB, CLIENT, GATEWAY)) {
            client.write(Arrays.copyOf(TcpClient.frame(VALID), 20));
            client.endOutput();
            assertTrue(client.isClosedWithin(Duration.ofSeconds(6)));
        }
    }

    @Test
    @Duty(29)
    void pipelinedQueriesAreAllAnsweredAndASlowOneDelaysNoOther() {
        byte[] slow = Query.of("slow.example", Query.A).bytes(500);
        STUB.plays((query, line) -> {
            Duration delay = query.name().equals("slow.example") ? Duration.ofMillis(600) : Duration.ZERO;
            STUB.after(delay, StubServer.ANSWER).play(query, line);
        });
        try (TcpClient client = TcpClient.connect(LAB, CLIENT, GATEWAY)) {
            client.send(slow);
            for (int id = 0; id < PIPELINED; id++) {
                client.send(Query.of("p" + id + ".example", Query.A).bytes(id));
            }
            List<Integer> ids = new ArrayList<>();
            for (int i = 0; i <= PIPELINED; i++) {
                byte[] answer = client.receive().orElseThrow();
                int id = Message.id(answer);
                byte[] query = id == 500
                        ? slow
                        : Query.of("p" + id + ".example", Query.A).bytes(id);
                assertArrayEquals(Message.answerTo(query), answer);
                ids.add(id);
            }
            assertEquals(PIPELINED + 1, ids.stream().distinct().count());
            HOSTILE.expect(ids.get(PIPELINED) == 500, "the slow one comes last", Forwarders.DNSMASQ);
        }
    }

    /** More than the 20 processes that dnsmasq has for connections; each waits for its client for 150 s. */
    @Test
    void clientsThatDawdleDoNotKeepOthersOut() {
        List<TcpClient> slow = IntStream.range(101, 131)
                .mapToObj(client -> TcpClient.connect(LAB, Family.IPV4.client(client), GATEWAY))
                .toList();
        slow.forEach(client -> client.write(Arrays.copyOf(TcpClient.frame(VALID), 20)));
        try (TcpClient client = TcpClient.connect(LAB, CLIENT, GATEWAY)) {
            client.send(VALID);
            Optional<byte[]> answer = client.receive(Duration.ofSeconds(3));
            HOSTILE.expect(answer.isPresent(), "answers", Forwarders.DNSMASQ);
        }
        slow.forEach(TcpClient::close);
    }

    @Test
    @Duty(38)
    void halfClosedClientStillGetsItsAnswers() {
        STUB.plays(STUB.after(Duration.ofMillis(200), StubServer.ANSWER));
        try (TcpClient client = TcpClient.connect(LAB, CLIENT, GATEWAY)) {
            client.send(VALID);
            client.endOutput();
            HOSTILE.expect(
                    client.receive()
                            .filter(answer -> Arrays.equals(Message.answerTo(VALID), answer))
                            .isPresent(),
                    "answers",
                    Forwarders.DNSDIST);
            assertTrue(client.isClosedWithin(Duration.ofSeconds(6)));
        }
    }

    @Test
    @Duty(37)
    void clientsThatDisappearLeaveNothingBehind() {
        STUB.plays(STUB.after(Duration.ofMillis(100), StubServer.ANSWER));
        for (int i = 0; i < 20; i++) {
            byte[] query = Query.of("gone" + i + ".example", Query.A).bytes(i);
            try (UdpClient udp = UdpClient.from(LAB, CLIENT)) {
                udp.send(query, GATEWAY);
            }
            try (TcpClient tcp = TcpClient.connect(LAB, CLIENT, GATEWAY)) {
                tcp.send(query);
                tcp.abort();
            }
        }
    }

    @Test
    void clientsThatNeverReadTheirAnswersDoNoHarm() {
        STUB.plays((query, line) -> line.send(
                query.tcp() ? Message.largeAnswerTo(query.bytes(), 60_000) : Message.answerTo(query.bytes())));
        ByteArrayOutputStream queries = new ByteArrayOutputStream();
        for (int id = 0; id < 4_000; id++) {
            queries.writeBytes(TcpClient.frame(
                    Query.of("greedy" + id + ".example", Query.TXT).bytes(id)));
        }
        List<TcpClient> greedy = IntStream.range(0, 5)
                .mapToObj(i -> TcpClient.connect(LAB, CLIENT, GATEWAY))
                .toList();
        greedy.forEach(client -> client.writeInBackground(queries.toByteArray()));
        Waiting.until(
                Duration.ofSeconds(5), "queries go upstream", () -> STUB.seen().size() > 20);
        for (int i = 0; i < 20; i++) {
            assertArrayEquals(
                    Message.answerTo(VALID),
                    HOSTILE.answerTo(VALID)
                            .orElseThrow(() -> new AssertionError(
                                    "no answer, " + HOSTILE.forwarder().log())));
        }
        greedy.forEach(TcpClient::abort);
    }
}
