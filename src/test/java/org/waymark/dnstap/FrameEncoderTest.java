package org.waymark.dnstap;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.waymark.dns.WireMessage;
import org.waymark.linux.Endpoint;

class FrameEncoderTest {
    private static final long TIME = 1_700_000_000_123_456_789L;

    private final FrameEncoder encoder = new FrameEncoder("gateway", "Waymark 1.0");

    @Test
    void aQueryOfAClientHasAllThatIsKnown() {
        byte[] query = "query".getBytes(UTF_8);
        encoder.begin(MessageKind.CLIENT_QUERY, Protocol.TCP, true);
        encoder.asker(Endpoint.of(new InetSocketAddress("192.0.2.1", 5353)));
        encoder.asked(Endpoint.of(new InetSocketAddress("192.0.2.53", 53)));
        encoder.queryTime(TIME);
        encoder.query(WireMessage.of(query));
        Map<Integer, Object> frame = Fields.of(encoder.end(text("mark=0x89")));
        Map<Integer, Object> message = Fields.of((ByteBuffer) frame.remove(14));

        assertEquals(
                Map.of(
                        1,
                        ByteBuffer.wrap("gateway".getBytes(UTF_8)),
                        2,
                        ByteBuffer.wrap("Waymark 1.0".getBytes(UTF_8)),
                        3,
                        ByteBuffer.wrap("mark=0x89".getBytes(UTF_8)),
                        15,
                        1L),
                frame);
        assertEquals(
                Map.of(
                        1,
                        5L,
                        2,
                        1L,
                        3,
                        2L,
                        4,
                        ByteBuffer.wrap(new byte[] {(byte) 192, 0, 2, 1}),
                        6,
                        5353L,
                        5,
                        ByteBuffer.wrap(new byte[] {(byte) 192, 0, 2, 53}),
                        7,
                        53L,
                        8,
                        1_700_000_000L,
                        9,
                        123_456_789L,
                        10,
                        ByteBuffer.wrap(query)),
                message);
    }

    @Test
    void anAnswerOfAServerHasBothTimesAndAnAddressOf128Bits() {
        byte[] answer = new byte[0xffff];
        encoder.begin(MessageKind.FORWARDER_RESPONSE, Protocol.TLS, false);
        encoder.askerPort(40_000);
        encoder.asked(Endpoint.of(new InetSocketAddress("2001:db8::53", 853)));
        encoder.queryTime(TIME);
        encoder.responseTime(TIME + 1);
        encoder.response(WireMessage.of(answer));
        Map<Integer, Object> message =
                Fields.of((ByteBuffer) Fields.of(encoder.end(text(""))).get(14));

        byte[] address = {0x20, 1, 0x0d, (byte) 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x53};
        assertEquals(
                Map.of(
                        1,
                        8L,
                        2,
                        2L,
                        3,
                        3L,
                        5,
                        ByteBuffer.wrap(address),
                        6,
                        40_000L,
                        7,
                        853L,
                        8,
                        1_700_000_000L,
                        9,
                        123_456_789L,
                        12,
                        1_700_000_000L,
                        13,
                        123_456_790L),
                without(message, 14));
        assertEquals(ByteBuffer.wrap(answer), message.get(14));
    }

    @Test
    void aFrameHasNothingOfTheOneBefore() {
        encoder.begin(MessageKind.CLIENT_QUERY, Protocol.UDP, true);
        encoder.query(WireMessage.of(new byte[1000]));
        encoder.end(text("mark=0x89 policy=1"));
        encoder.begin(MessageKind.CLIENT_RESPONSE, Protocol.UDP, true);
        Map<Integer, Object> frame = Fields.of(encoder.end(text("")));

        assertEquals(ByteBuffer.allocate(0), frame.get(3));
        assertEquals(Map.of(1, 6L, 2, 1L, 3, 1L), Fields.of((ByteBuffer) frame.get(14)));
    }

    private static Map<Integer, Object> without(Map<Integer, Object> fields, int field) {
        Map<Integer, Object> others = new HashMap<>(fields);
        others.remove(field);
        return others;
    }

    private static ByteBuffer text(String text) {
        return ByteBuffer.allocate(100).put(text.getBytes(UTF_8));
    }
}
