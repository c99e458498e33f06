package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.waymark.lab.ZoneTransfer.AXFR;
import static org.waymark.lab.ZoneTransfer.IXFR;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.waymark.Duty;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.Message;
import org.waymark.lab.Nsd;
import org.waymark.lab.Query;
import org.waymark.lab.SampleZone;
import org.waymark.lab.Setup;
import org.waymark.lab.TcpClient;
import org.waymark.lab.UdpClient;

/** In front of a real server with a zone of every type, answers are those of the server byte for byte but for the id. */
class RealZoneIT {
    private static final InetSocketAddress SERVER = Family.IPV4.upstream(53);
    private static final InetSocketAddress GATEWAY = Family.IPV4.gateway();
    private static final int ANY = 255;
    private static final int OVER_UDP = 3_000;
    private static final int OVER_TCP = 2_000;

    private static final List<SampleZone> ZONES = List.of(
            SampleZone.plain("plain.example"),
            SampleZone.signed("nsec.example", false),
            SampleZone.signed("nsec3.example", true));

    /** The types that have a meaning, and some that have none. */
    private static final int[] TYPES = IntStream.concat(
                    IntStream.rangeClosed(1, 66),
                    IntStream.of(99, 100, 104, 105, 106, 107, 108, 109, ANY, 256, 257, 258, 1000, 32_769, 65_280))
            .filter(type -> type != Query.OPT)
            .toArray();

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final Nsd NSD = Nsd.start(LAB, SERVER, ZONES);

    @AutoClose
    private static final Forwarder FORWARDER =
            Forwarders.WAYMARK.start(LAB, Setup.wildcard().servers(SERVER));

    @Test
    @Duty({1, 2, 3, 4})
    void answersOverUdpAreThoseOfTheServer() {
        try (UdpClient straight = UdpClient.from(LAB, Family.IPV4.client(150));
                UdpClient forwarded = UdpClient.from(LAB, Family.IPV4.client(137))) {
            Seen seen = compare(
                    questions(OVER_UDP),
                    query -> straight.ask(query, SERVER).bytes(),
                    query -> forwarded.ask(query, GATEWAY).bytes());
            assertTrue(seen.truncated > 20, seen::toString);
        }
    }

    @Test
    @Duty({1, 2, 3, 4})
    void answersOverTcpAreThoseOfTheServer() {
        try (TcpClient straight = TcpClient.connect(LAB, Family.IPV4.client(150), SERVER);
                TcpClient forwarded = TcpClient.connect(LAB, Family.IPV4.client(137), GATEWAY)) {
            Seen seen = compare(questions(OVER_TCP), straight::ask, forwarded::ask);
            assertTrue(seen.largest > 40_000, seen::toString);
        }
    }

    @Test
    void everyTypeOfTheZoneIsAnsweredWithARecordOfIt() {
        try (TcpClient forwarded = TcpClient.connect(LAB, Family.IPV4.client(137), GATEWAY)) {
            List<Integer> types = IntStream.of(TYPES)
                    .filter(type -> ZONES.get(0).names().stream()
                            .anyMatch(name -> hasAnswerOf(
                                    type, forwarded.ask(Query.of(name, type).bytes(9)))))
                    .boxed()
                    .toList();
            assertTrue(types.size() >= 50, types::toString);
            assertTrue(types.containsAll(List.of(1, 16, 28, 65, 1000, 65_280)), types::toString);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {IXFR, AXFR})
    @Duty(40)
    void zoneTransferOverUdpIsAnsweredAsTheServerDoes(int type) {
        byte[] query = Query.of("plain.example", type)
                .raw(2, SampleZone.soa("plain.example", 0))
                .bytes(11);
        try (UdpClient straight = UdpClient.from(LAB, Family.IPV4.client(150));
                UdpClient forwarded = UdpClient.from(LAB, Family.IPV4.client(137))) {
            assertArrayEquals(
                    straight.ask(query, SERVER).bytes(),
                    forwarded.ask(query, GATEWAY).bytes());
        }
    }

    @Test
    @Duty(10)
    void signedTransactionsPass() {
        String output = dig("@192.168.111.1", "-y", Nsd.KEY, "plain.example", "SOA");
        assertTrue(output.contains("status: NOERROR"), output);
        assertTrue(output.contains("TSIG PSEUDOSECTION"), output);
        assertTrue(!output.contains("verify"), output);
    }

    /** What the answers were like, to see that the questions were not all alike. */
    private record Seen(int count, Map<Integer, Long> rcodes, int truncated, int largest) {}

    private static Seen compare(List<Query> questions, UnaryOperator<byte[]> server, UnaryOperator<byte[]> waymark) {
        List<byte[]> answers = new ArrayList<>();
        for (int i = 0; i < questions.size(); i++) {
            byte[] query = questions.get(i).bytes(i);
            byte[] straight = server.apply(query);
            assertEquals(i, Message.id(straight));
            assertArrayEquals(
                    straight,
                    waymark.apply(query),
                    () -> HexFormat.of().formatHex(query) + " got another answer: " + FORWARDER.log());
            answers.add(straight);
        }
        Seen seen = new Seen(
                answers.size(),
                answers.stream().collect(Collectors.groupingBy(Message::rcode, Collectors.counting())),
                (int) answers.stream().filter(Message::isTruncated).count(),
                answers.stream().mapToInt(answer -> answer.length).max().orElse(0));
        System.out.println("RealZoneIT " + seen);
        assertTrue(seen.rcodes.getOrDefault(3, 0L) > 20, seen::toString);
        assertTrue(seen.rcodes.getOrDefault(Message.SERVFAIL, 0L) == 0, "every zone is served");
        return seen;
    }

    /** Every name with every flag is too much: a random choice of names, types, flags and sizes. */
    private static List<Query> questions(int count) {
        long seed = System.nanoTime();
        System.out.println("RealZoneIT seed " + seed);
        Random random = new Random(seed);
        List<String> names = SampleZone.namesOf(ZONES);
        Collections.shuffle(names, random);
        List<Query> questions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String name = names.get(i % names.size());
            int type = random.nextInt(4) == 0 ? ANY : TYPES[random.nextInt(TYPES.length)];
            boolean asLarge = name.startsWith("large") && random.nextBoolean();
            Query query = Query.of(name, asLarge ? Query.TXT : type).flags(Query.randomFlags(random));
            int[] sizes = {0, 512, 800, 1232, 1400, 4096, 8192, 65_535};
            int size = random.nextInt(sizes.length + 2);
            questions.add(size < sizes.length ? query.edns(sizes[size], random.nextBoolean() ? 0x8000 : 0) : query);
        }
        return questions;
    }

    /** Whether the first record of the answer section has this type; its owner is a pointer to the question. */
    private static boolean hasAnswerOf(int type, byte[] answer) {
        int at = Message.HEADER + Query.name(Message.name(answer)).length + 4;
        return answer.length > at + 4
                && answer[7] != 0
                && (answer[at] & 0xc0) == 0xc0
                && ((answer[at + 2] & 0xff) << 8 | answer[at + 3] & 0xff) == type;
    }

    private static String dig(String... arguments) {
        List<String> command = new ArrayList<>(List.of("dig", "+tries=1", "+time=5"));
        command.addAll(List.of(arguments));
        return LAB.exec(Host.CLIENT, command.toArray(String[]::new)).output();
    }
}
