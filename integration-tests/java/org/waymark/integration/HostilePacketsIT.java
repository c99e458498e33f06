package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.waymark.Duty;
import org.waymark.lab.Crowd;
import org.waymark.lab.Family;
import org.waymark.lab.Footprint;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Lab;
import org.waymark.lab.Message;
import org.waymark.lab.Mutations;
import org.waymark.lab.Query;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.TcpClient;
import org.waymark.lab.UdpClient;
import org.waymark.lab.Waiting;

/**
 * Valid messages cut and changed at every byte, from either side, over UDP and TCP (RFC 9267): afterwards all is as it was, memory,
 * descriptors and the room for queries in flight.
 */
@ParameterizedClass
@EnumSource
class HostilePacketsIT {
    private static final InetAddress CLIENT = Family.IPV4.client(137);
    private static final InetSocketAddress GATEWAY = Family.IPV4.gateway();
    private static final int IN_FLIGHT = 200;
    private static final long HEAP_SLACK_KIB = 4_096;

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53));

    private static Forwarders kind;
    private static Forwarder forwarder;
    private static Footprint before;

    private Random random;

    /** JUnit wants to tell the tests, too, which forwarder they run against. */
    HostilePacketsIT(Forwarders forwarder) {}

    @BeforeParameterizedClassInvocation
    static void start(Forwarders wanted) throws Exception {
        kind = wanted;
        forwarder = kind.start(
                LAB,
                Setup.wildcard()
                        .servers(Family.IPV4.upstream(53))
                        .tries("2s", 2)
                        .with("limits", "queries-in-flight = " + 2 * IN_FLIGHT)
                        .with("limits", "tcp-idle = \"3s\"")
                        .with("limits", "upstream-idle = \"1s\"")
                        .with("limits", "upstream-socket-life = \"500ms\""));
        fillTheRoomForQueriesInFlight();
        if (kind == Forwarders.WAYMARK) {
            Waiting.until(Waiting.PATIENCE, "sockets are closed", () -> !LAB.isConnectedToServer());
            before = Footprint.of(forwarder);
        }
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        forwarder.close();
    }

    @BeforeEach
    void seed() {
        STUB.reset();
        long seed = System.nanoTime();
        System.out.println("HostilePacketsIT seed " + seed);
        random = new Random(seed);
    }

    @AfterEach
    void allIsAsItWas() throws Exception {
        STUB.reset();
        fillTheRoomForQueriesInFlight();
        assertEquals(List.of(), forwarder.ownFaults());
        if (kind == Forwarders.WAYMARK) {
            assertHoldsNoMore();
        }
    }

    private static void assertHoldsNoMore() {
        Waiting.until(Waiting.PATIENCE, "sockets are closed", () -> !LAB.isConnectedToServer());
        Waiting.until(
                Waiting.PATIENCE,
                "descriptors are back to " + before.files(),
                () -> forwarder.openFiles() <= before.files());
        Footprint after = Footprint.of(forwarder);
        assertTrue(after.heapKib() < before.heapKib() + HEAP_SLACK_KIB, () -> before + " became " + after);
    }

    @Test
    @Duty(56)
    void hostileQueriesOverUdpDoNoHarm() {
        byte[] good = Query.of("good.example", Query.A).bytes(4711);
        try (UdpClient hostile = UdpClient.from(LAB, CLIENT);
                UdpClient client = UdpClient.from(LAB, CLIENT)) {
            int sent = 0;
            for (byte[] query : Mutations.queries()) {
                for (byte[] mutated : Mutations.of(query, random)) {
                    hostile.send(mutated, GATEWAY);
                    if (++sent % 50 == 0) {
                        assertArrayEquals(
                                Message.answerTo(good),
                                client.ask(good, GATEWAY).bytes(),
                                forwarder::log);
                    }
                }
            }
            for (Optional<UdpClient.Received> answer = next(hostile); answer.isPresent(); answer = next(hostile)) {
                assertTrue(Message.isAnswer(answer.get().bytes()), "nothing but answers comes back");
            }
        }
    }

    @Test
    @Duty(56)
    void hostileQueriesOverTcpDoNoHarm() {
        for (byte[] query : Mutations.queries()) {
            kind.expect(
                    goodOneIsAnsweredAfter(Mutations.of(query, random)),
                    "answers a good query behind hostile ones; log: " + forwarder.log(),
                    Forwarders.DNSMASQ,
                    Forwarders.DNSDIST);
        }
    }

    /** Sends these and a good one on one connection, and says whether the good one is answered before it is closed. */
    private static boolean goodOneIsAnsweredAfter(List<byte[]> hostile) {
        byte[] good = Query.of("good.example", Query.A).bytes(4711);
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        hostile.forEach(message -> frames.writeBytes(TcpClient.frame(message)));
        frames.writeBytes(TcpClient.frame(good));
        try (TcpClient client = TcpClient.connect(LAB, CLIENT, GATEWAY)) {
            client.writeInBackground(frames.toByteArray());
            Optional<byte[]> answer = client.receive();
            while (answer.isPresent() && !Arrays.equals(Message.answerTo(good), answer.get())) {
                assertTrue(Message.isAnswer(answer.get()), "nothing but answers comes back");
                answer = client.receive();
            }
            return answer.isPresent();
        }
    }

    @Test
    @Duty(56)
    void framesThatEndAtAnyByteDoNoHarm() {
        byte[] frame = TcpClient.frame(Mutations.queries().get(2));
        for (int length = 0; length < frame.length; length++) {
            try (TcpClient client = TcpClient.connect(LAB, CLIENT, GATEWAY)) {
                client.write(Arrays.copyOf(frame, length));
                if (length % 2 == 0) {
                    client.abort();
                }
            }
        }
    }

    /** The right answer follows each hostile one: the client gets it, unless the hostile one can pass for an answer. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Duty({19, 56})
    void hostileAnswersDoNoHarm(boolean overTcp) {
        byte[] longest = Query.of("m9999.hostile.example", Query.TXT).bytes(0);
        List<byte[]> answers = new ArrayList<>(Mutations.of(Message.answerTo(longest), random));
        answers.addAll(Mutations.flips(Message.largeAnswerTo(longest, 100), random));
        for (int i = 0; i < 5; i++) {
            answers.add(withCheckingDisabled(Message.answerTo(longest)));
        }
        Map<String, byte[]> hostile = new ConcurrentHashMap<>();
        STUB.plays((seen, line) -> {
            byte[] bad = hostile.get(seen.name());
            if (bad != null) {
                line.send(bad.length < 2 ? bad : xorId(bad, Message.id(seen.bytes())));
            }
            StubServer.ANSWER.play(seen, line);
        });
        int passed = 0;
        int altered = 0;
        int foreign = 0;
        int lost = 0;
        try (PersistentClient asker = new PersistentClient(LAB, CLIENT, GATEWAY, overTcp)) {
            for (int i = 0; i < answers.size(); i++) {
                String name = "m" + (1_000 + i) + ".hostile.example";
                byte[] query = Query.of(name, Query.TXT).bytes(i);
                byte[] bad = answers.get(i);
                if (bad.length > Message.HEADER) {
                    int length = Math.min(6, bad.length - Message.HEADER);
                    System.arraycopy(query, Message.HEADER, bad, Message.HEADER, length);
                }
                hostile.put(name, bad);
                byte[] answer = asker.ask(query).orElse(null);
                if (answer == null) {
                    lost++;
                } else if (!Arrays.equals(Message.answerTo(query), answer)) {
                    passed++;
                    foreign += Message.isAnswer(answer) && Message.id(answer) == i ? 0 : 1;
                    altered += Arrays.equals(Message.afterId(bad), Message.afterId(answer)) ? 0 : 1;
                }
            }
        }
        String counts = "%d passed, %d altered, %d with a wrong id or no answers, %d lost of %d; log: %s"
                .formatted(passed, altered, foreign, lost, answers.size(), forwarder.log());
        assertTrue(passed < answers.size(), "most can't pass for an answer: " + counts);
        kind.expect(altered == 0, "what passes is as it came: " + counts, Forwarders.DNSMASQ, Forwarders.DNSDIST);
        kind.expect(
                foreign == 0,
                "what comes back is an answer to the query: " + counts,
                only(overTcp, Forwarders.DNSMASQ));
        kind.expect(
                lost == 0,
                "a hostile server costs no client its connection: " + counts,
                only(overTcp, Forwarders.DNSMASQ, Forwarders.DNSDIST));
    }

    /**
     * An answer with the flag CD, which dnsdist takes out, as the query has none. Over TCP an answer behind a broken one may be lost
     * with its connection, so that it must not be the only one of its kind.
     */
    private static byte[] withCheckingDisabled(byte[] answer) {
        answer[3] |= 0x10;
        return answer;
    }

    private static Forwarders[] only(boolean condition, Forwarders... some) {
        return condition ? some : new Forwarders[0];
    }

    /** Leaves a changed id changed, and gives all others the right one. */
    private static byte[] xorId(byte[] answer, int id) {
        return Message.withId(answer, Message.id(answer) ^ id);
    }

    private static Optional<UdpClient.Received> next(UdpClient client) {
        return client.receive(Duration.ofMillis(200));
    }

    /** As many at once as there may be, which are refused if there is less room than there was. */
    private static void fillTheRoomForQueriesInFlight() throws Exception {
        STUB.plays(STUB.after(Duration.ofMillis(50), StubServer.ANSWER));
        try (Crowd crowd = Crowd.of(LAB, List.of(CLIENT), GATEWAY)) {
            // All of one socket are one worker's, which has half of the room.
            Crowd.Result result = crowd.ask(3 * IN_FLIGHT, IN_FLIGHT - 10, i -> "room" + i + ".example");
            assertEquals(new Crowd.Result(3 * IN_FLIGHT, 0, List.of()), result, forwarder::log);
        }
    }
}
