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
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
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

    private final Forwarders kind;

    HostileTcpClientsIT(Forwarders forwarder) {
        this.kind = forwarder;
    }

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
            Duration patience = kind == Forwarders.DNSMASQ ? Duration.ofSeconds(5) : Waiting.PATIENCE;
            HOSTILE.expect(client.isClosedWithin(patience), "closes", Forwarders.DNSMASQ);
        }
    }

    @Test
    void unfinishedFrameAtTheEndOfInputEndsTheConnection() {
        try (TcpClient client = TcpClient.connect(LAB, CLIENT, GATEWAY)) {
            client.write(Arrays.copyOf(TcpClient.frame(VALID), 20));
            client.endOutput();
            assertTrue(client.isClosedWithin(Waiting.PATIENCE));
        }
    }

    @Test
    @Duty(29)
    void pipelinedQueriesAreAllAnsweredAndASlowOneDelaysNoOther() {
        byte[] slow = Query.of("slow.example", Query.A).bytes(500);
        Queue<Runnable> held = new ConcurrentLinkedQueue<>();
        StubServer.Script release = (query, line) -> {
            for (Runnable answer = held.poll(); answer != null; answer = held.poll()) {
                answer.run();
            }
        };
        AtomicInteger others = new AtomicInteger();
        STUB.plays((query, line) -> {
            if (query.name().equals("slow.example")) {
                // One that asks nothing else before has its answer later.
                held.add(() -> StubServer.ANSWER.play(query, line));
                STUB.after(Duration.ofSeconds(2), release).play(query, line);
            } else {
                StubServer.ANSWER.play(query, line);
                if (others.incrementAndGet() == PIPELINED) {
                    STUB.after(Duration.ofMillis(100), release).play(query, line);
                }
            }
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
            Optional<byte[]> answer =
                    client.receive(kind == Forwarders.DNSMASQ ? Duration.ofSeconds(3) : Waiting.PATIENCE);
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
            assertTrue(client.isClosedWithin(Waiting.PATIENCE));
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
        Waiting.until(Waiting.PATIENCE, "queries go upstream", () -> STUB.seen().size() > 20);
        for (int i = 0; i < 20; i++) {
            assertArrayEquals(Message.answerTo(VALID), HOSTILE.ask(VALID), () -> HOSTILE.forwarder()
                    .log());
        }
        greedy.forEach(TcpClient::abort);
    }
}
