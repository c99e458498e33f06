package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.waymark.Duty;
import org.waymark.lab.Edns;
import org.waymark.lab.Family;
import org.waymark.lab.Lab;
import org.waymark.lab.Message;
import org.waymark.lab.Query;
import org.waymark.lab.StubServer;
import org.waymark.lab.TcpClient;
import org.waymark.lab.UdpClient;

/** EDNS (RFC 6891): what passes, and what Waymark's own answers and cuts make of it. */
class EdnsIT {
    private static final InetSocketAddress GATEWAY = Family.IPV4.gateway();
    private static final int BADVERS = 16;

    /** A name that never reaches a server. */
    private static final String OWN = "own.onion";

    private static final int DO = 0x8000;
    private static final byte[] NSID = {0, 3, 0, 0};
    private static final byte[] OPTION_100 = {0, 100, 0, 2, 7, 7};

    @RegisterExtension
    private static final OneServerLab ONE_SERVER = new OneServerLab();

    private static final Lab LAB = ONE_SERVER.lab();
    private static final StubServer STUB = ONE_SERVER.stub();

    @Test
    @Duty({8, 22})
    void optPassesUnchangedBothWays() {
        byte[] query = Query.of("opt.example", Query.A)
                .edns(3333, DO | 0x2a, OPTION_100)
                .bytes(1);
        STUB.plays((seen, line) -> line.send(withQr(seen.bytes())));
        assertArrayEquals(withQr(query), overUdp(query));
        assertArrayEquals(
                Message.afterId(query), Message.afterId(STUB.seen().get(0).bytes()));
    }

    @Test
    @Duty({21, 23})
    void ownAnswerHasAnOptIfAndOnlyIfTheQueryHadOne() {
        byte[] plain = overTcp(Query.of(OWN, Query.A).bytes(2));
        assertEquals(Message.NXDOMAIN, Message.rcode(plain));
        assertEquals(Optional.empty(), Edns.of(plain));

        Edns opt =
                Edns.of(overTcp(Query.of(OWN, Query.A).edns(4096, DO).bytes(3))).orElseThrow();
        assertEquals(0, opt.version());
        assertTrue(opt.dnssecOk());
        assertTrue(opt.payloadSize() >= 512 && opt.payloadSize() <= 1232, opt::toString);

        assertFalse(Edns.of(overTcp(Query.of(OWN, Query.A).edns(4096, 0).bytes(4)))
                .orElseThrow()
                .dnssecOk());
    }

    @Test
    @Duty(24)
    void twoOptRecordsAreAFormatError() {
        byte[] query =
                Query.of("two.example", Query.A).edns(1232, 0).edns(1232, 0).bytes(5);
        assertEquals(Message.FORMERR, Message.rcode(overUdp(query)));
        assertEquals(Message.FORMERR, Message.rcode(overTcp(query)));
        assertEquals(List.of(), STUB.seen());
    }

    @Test
    @Duty(25)
    void unknownVersionOfAQueryThatIsAnsweredHereIsBadvers() {
        byte[] answer = overTcp(Query.of(OWN, Query.A).edns(1232, 0x10000).bytes(6));
        Edns opt = Edns.of(answer).orElseThrow();
        assertEquals(BADVERS, opt.rcode());
        assertEquals(0, opt.version());
    }

    @ParameterizedTest(name = "a size of {0} and an answer of {1} bytes of data")
    @CsvSource({"0, 400, false", "17, 400, false", "511, 400, false", "0, 600, true", "100, 600, true"})
    @Duty(26)
    void payloadSizeBelow512CountsAs512(int payloadSize, int dataLength, boolean cut) {
        STUB.plays((seen, line) -> line.send(Message.largeAnswerTo(seen.bytes(), dataLength)));
        byte[] answer =
                overUdp(Query.of("size.example", Query.TXT).edns(payloadSize, 0).bytes(7));
        assertEquals(cut, Message.isTruncated(answer));
        assertTrue(answer.length <= 512);
    }

    @Test
    @Duty(26)
    void unknownOptionIsNoReasonToRefuse() {
        byte[] query =
                Query.of("unknown.example", Query.A).edns(1232, 0, OPTION_100).bytes(8);
        assertArrayEquals(Message.answerTo(query), overUdp(query));
        byte[] own = overTcp(Query.of(OWN, Query.A).edns(1232, 0, OPTION_100).bytes(9));
        assertEquals(Message.NXDOMAIN, Message.rcode(own));
    }

    @ParameterizedTest(name = "OPT data {0}")
    @CsvSource({"00", "000a", "000a00", "000a0008", "000a00080102", "0003000000"})
    @Duty(27)
    void malformedOptIsAFormatError(String data) {
        byte[] options = java.util.HexFormat.of().parseHex(data);
        byte[] query = Query.of("bad.example", Query.A).edns(1232, 0, options).bytes(10);
        assertEquals(Message.FORMERR, Message.rcode(overUdp(query)));
        assertEquals(List.of(), STUB.seen());
    }

    @Test
    @Duty(27)
    void optWithAnotherOwnerThanTheRootIsAFormatError() {
        byte[] query = Query.of("bad.example", Query.A)
                .additional("owner.example", Query.OPT, 1232)
                .bytes(11);
        assertEquals(Message.FORMERR, Message.rcode(overUdp(query)));
    }

    @ParameterizedTest(name = "{1} bytes of data for a client that takes {0}")
    @CsvSource({"512, 470", "512, 520", "1232, 1190", "1232, 1250", "4096, 4060", "4096, 4200", "4096, 9000"})
    @Duty({5, 9, 28})
    void answerOverUdpNeverExceedsWhatTheClientTakes(int payloadSize, int dataLength) {
        STUB.plays((seen, line) -> line.send(Message.largeAnswerTo(seen.bytes(), dataLength)));
        byte[] query =
                Query.of("limit.example", Query.TXT).edns(payloadSize, 0, NSID).bytes(12);
        byte[] whole = Message.largeAnswerTo(query, dataLength);
        byte[] answer = overUdp(query);
        if (whole.length <= payloadSize) {
            assertArrayEquals(whole, answer);
        } else {
            assertTrue(answer.length <= payloadSize);
            assertTrue(Message.isTruncated(answer));
            assertEquals("limit.example", Message.name(answer));
        }
        assertArrayEquals(whole, overTcp(query), "never cut over TCP");
    }

    private static byte[] withQr(byte[] query) {
        byte[] answer = query.clone();
        answer[2] |= (byte) 0x80;
        return answer;
    }

    private static byte[] overUdp(byte[] query) {
        try (UdpClient client = UdpClient.from(LAB, Family.IPV4.client(137))) {
            return client.ask(query, GATEWAY).bytes();
        }
    }

    private static byte[] overTcp(byte[] query) {
        try (TcpClient client = TcpClient.connect(LAB, Family.IPV4.client(137), GATEWAY)) {
            return client.ask(query);
        }
    }
}
