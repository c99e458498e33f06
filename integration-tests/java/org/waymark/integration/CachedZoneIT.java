package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.waymark.Duty;
import org.waymark.lab.Answer;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Lab;
import org.waymark.lab.Nsd;
import org.waymark.lab.Query;
import org.waymark.lab.SampleZone;
import org.waymark.lab.Setup;
import org.waymark.lab.TcpClient;
import org.waymark.lab.UdpClient;
import org.waymark.lab.Web;

/**
 * In front of a real server with a zone of every type, answers from the cache are those of the server, byte for byte but for id, the case
 * of the name, and the age of TTLs.
 */
class CachedZoneIT {
    private static final InetSocketAddress SERVER = Family.IPV4.upstream(53);
    private static final InetSocketAddress GATEWAY = Family.IPV4.gateway();
    private static final int QUESTIONS = Integer.getInteger("cache.questions", 3_000);
    private static final int[] SIZES = {512, 800, 1232, 1400, 4096, 65_535};

    private static final List<SampleZone> ZONES =
            List.of(SampleZone.plain("plain.example"), SampleZone.signed("nsec3.example", true));

    private static final int[] TYPES = IntStream.concat(
                    IntStream.rangeClosed(1, 65), IntStream.of(99, 108, 109, 255, 256, 257, 258, 1000, 65_280))
            .filter(type -> type != Query.OPT)
            .toArray();

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final Nsd NSD = Nsd.start(LAB, SERVER, ZONES);

    @AutoClose
    private static final Forwarder FORWARDER = Forwarders.WAYMARK.start(
            LAB,
            Setup.wildcard()
                    .servers(SERVER)
                    .with("cache", "size = \"16MiB\"")
                    .with("metrics", "listen = \"" + Web.ADDRESS + "\""));

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    @BeforeEach
    void tellTheSeed() {
        System.out.println("CachedZoneIT seed " + seed);
    }

    /** Over both transports in turn, so that what one has left serves the other if it may. */
    @Test
    @Duty({54, 55})
    void answersFromTheCacheAreThoseOfTheServer() {
        try (UdpClient straightUdp = UdpClient.from(LAB, Family.IPV4.client(150));
                UdpClient udp = UdpClient.from(LAB, Family.IPV4.client(137));
                TcpClient straightTcp = TcpClient.connect(LAB, Family.IPV4.client(150), SERVER);
                TcpClient tcp = TcpClient.connect(LAB, Family.IPV4.client(137), GATEWAY)) {
            UnaryOperator<byte[]> serverOverUdp =
                    query -> straightUdp.ask(query, SERVER).bytes();
            UnaryOperator<byte[]> overUdp = query -> udp.ask(query, GATEWAY).bytes();
            long start = System.nanoTime();
            for (int i = 0; i < QUESTIONS; i++) {
                Question question = Question.random(random);
                for (int times = 1 + random.nextInt(3); times > 0; times--) {
                    byte[] query = question.as(random, random.nextInt(1 << 16));
                    if (random.nextInt(3) == 0) {
                        compare(query, straightTcp::ask, tcp::ask, start);
                    } else {
                        compare(query, serverOverUdp, overUdp, start);
                    }
                }
            }
            double hits = new Web(LAB).sum("waymark_answers_total", "source=\"cache\"");
            System.out.printf("CachedZoneIT: %,d questions, %,.0f answers from the cache%n", QUESTIONS, hits);
            assertTrue(hits > QUESTIONS / 2.0, "only " + hits + " answers came from the cache");
        }
    }

    private static void compare(byte[] query, UnaryOperator<byte[]> server, UnaryOperator<byte[]> waymark, long start) {
        byte[] fresh = server.apply(query);
        byte[] answer = waymark.apply(query);
        long seconds = Duration.ofNanos(System.nanoTime() - start).toSeconds() + 1;
        assertEquals(
                null,
                Answer.differenceOfKept(fresh, answer, seconds),
                () -> HexFormat.of().formatHex(query) + " got another answer: "
                        + HexFormat.of().formatHex(answer) + " and not "
                        + HexFormat.of().formatHex(fresh)
                        + FORWARDER.log());
    }

    /** A question, which may be asked in several ways. */
    private record Question(String name, int type, int flags, boolean edns, int ednsFlags) {
        private static final List<String> NAMES = SampleZone.namesOf(ZONES);

        static Question random(Random random) {
            Collections.swap(NAMES, 0, random.nextInt(NAMES.size()));
            String name = NAMES.get(0);
            boolean asLarge = name.startsWith("large") && random.nextBoolean();
            int type = asLarge ? Query.TXT : TYPES[random.nextInt(TYPES.length)];
            return new Question(
                    name, type, Query.randomFlags(random), random.nextInt(4) > 0, random.nextBoolean() ? 0x8000 : 0);
        }

        /** With any payload size, and the name in any case. */
        byte[] as(Random random, int id) {
            String spelled = name.chars()
                    .mapToObj(letter -> Character.toString(letter))
                    .map(letter -> random.nextInt(4) == 0 ? letter.toUpperCase(Locale.ROOT) : letter)
                    .collect(Collectors.joining());
            Query query = Query.of(spelled, type).flags(flags);
            return (edns ? query.edns(SIZES[random.nextInt(SIZES.length)], ednsFlags) : query).bytes(id);
        }
    }
}
