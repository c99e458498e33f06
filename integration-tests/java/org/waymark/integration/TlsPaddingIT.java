package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Lab;
import org.waymark.lab.Message;
import org.waymark.lab.Query;
import org.waymark.lab.StubServer;
import org.waymark.lab.TcpClient;
import org.waymark.lab.UdpClient;

/** Over TLS queries have a length that tells little, and clients notice nothing of it. */
class TlsPaddingIT {
    private static final int MARKED = 137;
    private static final int PADDING = 12;

    @RegisterExtension
    private static final TlsLab TLS = new TlsLab();

    private static final Lab LAB = TLS.lab();
    private static final StubServer STUB = TLS.stub();

    @ParameterizedTest
    @EnumSource
    void queriesWithOptArePaddedAndTheirAnswersAreNot(Family family) {
        STUB.plays((query, line) -> line.send(withOpt(Message.answerTo(query.bytes()), option(PADDING, 300))));
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, TLS.askingStub(Family.IPV4));
                TcpClient tcp = TcpClient.connect(LAB, family.client(MARKED), family.gateway());
                UdpClient udp = UdpClient.from(LAB, family.client(MARKED))) {
            for (int length = 1; length < 200; length += 7) {
                String name = "n" + "x".repeat(length % 60) + TlsLab.nextNumber() + ".example";
                byte[] query = Query.of(name, Query.TXT)
                        .edns(4096, 0, option(100, length))
                        .bytes(length);
                byte[] expected = withOpt(Message.answerTo(query));
                assertArrayEquals(expected, tcp.ask(query));
                assertArrayEquals(expected, udp.ask(query, family.gateway()).bytes());
                for (StubServer.Seen seen : STUB.seen(name)) {
                    assertEquals(0, seen.bytes().length % 128);
                    assertTrue(seen.bytes().length >= query.length + 4);
                }
            }
            assertEquals(List.of(), forwarder.ownFaults());
        }
    }

    @Test
    void queriesWithoutOptOrWithPaddingOfTheirOwnStayAsTheyAre() {
        STUB.plays((query, line) -> line.send(withOpt(Message.answerTo(query.bytes()), option(PADDING, 50))));
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, TLS.askingStub(Family.IPV4));
                TcpClient client = TcpClient.connect(LAB, Family.IPV4.client(MARKED), Family.IPV4.gateway())) {
            byte[] plain = Query.of("plain.example", Query.A).bytes(1);
            byte[] padded = Query.of("padded.example", Query.A)
                    .edns(4096, 0, option(PADDING, 9))
                    .bytes(2);
            for (byte[] query : List.of(plain, padded)) {
                assertArrayEquals(withOpt(Message.answerTo(query), option(PADDING, 50)), client.ask(query));
                assertArrayEquals(
                        Message.afterId(query),
                        Message.afterId(STUB.seen(Message.name(query)).get(0).bytes()));
            }
            assertEquals(List.of(), forwarder.ownFaults());
        }
    }

    /** The message with an OPT record at its end. */
    private static byte[] withOpt(byte[] message, byte... options) {
        byte[] record = Query.empty().edns(1232, 0, options).bytes(0);
        byte[] joined = Arrays.copyOf(message, message.length + record.length - Message.HEADER);
        System.arraycopy(record, Message.HEADER, joined, message.length, record.length - Message.HEADER);
        joined[11]++;
        return joined;
    }

    private static byte[] option(int code, int length) {
        byte[] header = Query.shorts(code, length);
        return Arrays.copyOf(header, header.length + length);
    }
}
