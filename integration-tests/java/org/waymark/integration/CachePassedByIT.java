package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.waymark.Duty;
import org.waymark.control.ControlClient;
import org.waymark.control.ControlException;
import org.waymark.lab.Message;
import org.waymark.lab.Query;
import org.waymark.lab.UdpClient;
import org.waymark.lab.Waiting;

/** Queries whose answers are for their client only: each asks the server, and leaves nothing behind. */
class CachePassedByIT {
    private static final int TC = 0x0200;
    private static final int AT_ONCE = 50;

    /** Cookies of a flood; {@code -Dcache.flood=100000} for more. */
    private static final int FLOOD = Integer.getInteger("cache.flood", 5_000);

    @RegisterExtension
    private static final CacheLab LAB = new CacheLab(CacheLab.setup());

    private final String name = LAB.nextName();

    private Query txt() {
        return Query.of(name, Query.TXT);
    }

    private int asked() {
        return LAB.stub().seen(name).size();
    }

    private static Arguments passedBy(String what, UnaryOperator<Query> changed) {
        return passedByQuery(what, name -> changed.apply(Query.of(name, Query.TXT)));
    }

    private static Arguments passedByQuery(String what, Function<String, Query> query) {
        return Arguments.of(what, query);
    }

    private static Arguments passedByType(String what, int type, int clazz) {
        return passedByQuery(what, name -> Query.empty().question(name, type, clazz));
    }

    private static Arguments passedByFlags(String what, int flags) {
        return passedBy(what, query -> query.flags(Query.RECURSION_DESIRED | flags));
    }

    private static byte[] join(byte[]... parts) {
        byte[] all = new byte[Stream.of(parts).mapToInt(part -> part.length).sum()];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }

    static Stream<Arguments> queriesForOneClientOnly() {
        return Stream.of(
                passedBy("cookie", query -> query.edns(1232, 0, CacheLab.option(10, 8))),
                passedBy("client subnet", query -> query.edns(1232, 0, CacheLab.option(8, 7))),
                passedBy("NSID", query -> query.edns(1232, 0, CacheLab.option(3, 0))),
                passedBy("EXPIRE", query -> query.edns(1232, 0, CacheLab.option(9, 0))),
                passedBy("unknown option", query -> query.edns(1232, 0, CacheLab.option(65_001, 4))),
                passedBy(
                        "unknown option among known ones",
                        query -> query.edns(
                                1232,
                                0,
                                join(CacheLab.option(12, 30), CacheLab.option(100, 0), CacheLab.option(11, 0)))),
                passedBy("unknown EDNS flag", query -> query.edns(1232, 0x4000)),
                passedBy("EDNS version 1", query -> query.edns(1232, 0x1_0000)),
                passedBy("TSIG", query -> query.additional("key.example", 250, 255, new byte[16])),
                passedBy(
                        "record besides the question", query -> query.additional("x.example", Query.A, 1, new byte[4])),
                passedBy("bytes after the question", query -> query.trailing((byte) 1)),
                passedByType("ANY", 255, 1),
                passedByType("MAILA", 254, 1),
                passedByType("AXFR", 252, 1),
                passedByType("IXFR", 251, 1),
                passedByType("TKEY", 249, 1),
                passedByType("class ANY", Query.TXT, 255),
                passedByType("class NONE", Query.TXT, 254),
                passedByFlags("AA", 0x0400),
                passedByFlags("TC", TC),
                passedByFlags("RA", 0x0080),
                passedByFlags("Z", 0x0040),
                passedByFlags("RCODE", 0x0003),
                passedByFlags("STATUS", 2 << 11),
                passedByFlags("NOTIFY", 4 << 11),
                passedByFlags("UPDATE", 5 << 11),
                passedByFlags("opcode 15", 15 << 11));
    }

    @ParameterizedTest
    @MethodSource("queriesForOneClientOnly")
    @Duty(20)
    void whatMayBeForOneClientOnlyIsAskedEachTimeAndLeavesNothing(String what, Function<String, Query> query) {
        for (int i = 1; i <= 3; i++) {
            assertArrayEquals(Message.answerTo(query.apply(name).bytes(7)), LAB.ask(query.apply(name)));
            assertEquals(i, asked(), what);
        }
        LAB.ask(txt());
        assertEquals(4, asked(), "the answer to " + what + " was given to a plain query");
        LAB.ask(txt());
        LAB.ask(query.apply(name));
        assertEquals(5, asked(), "the answer to a plain query was given to " + what);
    }

    /** None of them costs memory, however many there are. */
    @Test
    void floodOfCookiesLeavesNothing() throws ControlException {
        LAB.ask(txt());
        long before = kept();
        try (UdpClient client = UdpClient.from(LAB.lab(), CacheLab.CLIENT)) {
            for (int sent = 0; sent < FLOOD; sent += AT_ONCE) {
                for (int i = sent; i < sent + AT_ONCE; i++) {
                    byte[] cookie = CacheLab.option(10, 8);
                    System.arraycopy(Query.shorts(i >>> 16, i & 0xffff), 0, cookie, 4, 4);
                    client.send(
                            Query.of("f" + i + "." + name, Query.TXT)
                                    .edns(1232, 0, cookie)
                                    .bytes(i & 0xffff),
                            CacheLab.GATEWAY);
                }
                for (int i = 0; i < AT_ONCE; i++) {
                    assertTrue(client.receive(Waiting.PATIENCE).isPresent());
                }
            }
        }
        assertEquals(before, kept());
        System.out.printf(
                "CachePassedByIT: after %,d cookies %d MiB are resident%n",
                FLOOD, LAB.waymark().process().residentMebibytes());
    }

    private static long kept() throws ControlException {
        try (ControlClient client = ControlClient.connect(LAB.waymark().socket())) {
            return ((Number) client.ask("cache", Map.of()).get("answers")).longValue();
        }
    }
}
