package org.waymark.dnstap;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.waymark.dns.WireMessage;
import org.waymark.linux.Endpoint;

/**
 * Encodes one frame after another in the same memory, each a {@code Dnstap} of dnstap.proto. {@link #begin} comes first, {@link #end} last;
 * between them the fields in any order.
 */
final class FrameEncoder {
    /** The largest DNS message, and more than everything around it. */
    private static final int CAPACITY = 0xffff + 1024;

    private static final int INET = 1;
    private static final int INET6 = 2;
    private static final int IPV4_BYTES = 4;
    private static final int IPV6_BYTES = 16;

    /** The fields of {@code Dnstap}. */
    private static final int IDENTITY = 1;

    private static final int VERSION = 2;
    private static final int EXTRA = 3;
    private static final int MESSAGE = 14;
    private static final int TYPE = 15;
    private static final int TYPE_MESSAGE = 1;

    /** The fields of {@code Message}. */
    private static final int KIND = 1;

    private static final int SOCKET_FAMILY = 2;
    private static final int SOCKET_PROTOCOL = 3;
    private static final int QUERY_ADDRESS = 4;
    private static final int RESPONSE_ADDRESS = 5;
    private static final int QUERY_PORT = 6;
    private static final int RESPONSE_PORT = 7;
    private static final int QUERY_SECONDS = 8;
    private static final int QUERY_NANOS = 9;
    private static final int QUERY_MESSAGE = 10;
    private static final int RESPONSE_SECONDS = 12;
    private static final int RESPONSE_NANOS = 13;
    private static final int RESPONSE_MESSAGE = 14;

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final ByteBuffer bytes = ByteBuffer.allocate(CAPACITY);
    private final Protobuf frame = new Protobuf(bytes);

    /** Where the length of the message stands; what comes before is the same in all frames. */
    private final int lengthAt;

    /**
     * @param identity the name of this host
     * @param version the name and version of this program
     */
    FrameEncoder(String identity, String version) {
        text(IDENTITY, identity);
        text(VERSION, version);
        frame.number(TYPE, TYPE_MESSAGE);
        lengthAt = frame.open(MESSAGE);
    }

    private void text(int field, String text) {
        ByteBuffer encoded = StandardCharsets.UTF_8.encode(text);
        frame.bytes(field, encoded, 0, encoded.limit());
    }

    void begin(MessageKind kind, Protocol protocol, boolean isIpv4) {
        bytes.clear().position(lengthAt + Protobuf.OPEN_LENGTH);
        frame.number(KIND, kind.number);
        frame.number(SOCKET_FAMILY, isIpv4 ? INET : INET6);
        frame.number(SOCKET_PROTOCOL, protocol.number);
    }

    /** Who asks. */
    void asker(Endpoint endpoint) {
        address(QUERY_ADDRESS, endpoint);
        askerPort(endpoint.port());
    }

    /** The port of who asks, if nothing else is known. */
    void askerPort(int port) {
        frame.number(QUERY_PORT, port);
    }

    /** Who is asked. */
    void asked(Endpoint endpoint) {
        address(RESPONSE_ADDRESS, endpoint);
        frame.number(RESPONSE_PORT, endpoint.port());
    }

    private void address(int field, Endpoint endpoint) {
        if (endpoint.isIpv4()) {
            ByteBuffer four = frame.bytes(field, IPV4_BYTES);
            four.putInt(four.position() - IPV4_BYTES, endpoint.ipv4());
        } else {
            ByteBuffer sixteen = frame.bytes(field, IPV6_BYTES);
            sixteen.putLong(sixteen.position() - IPV6_BYTES, endpoint.high());
            sixteen.putLong(sixteen.position() - Long.BYTES, endpoint.low());
        }
    }

    /** When the query came or went, in nanoseconds since 1970. */
    void queryTime(long nanos) {
        frame.number(QUERY_SECONDS, nanos / SECOND);
        frame.fixed(QUERY_NANOS, (int) (nanos % SECOND));
    }

    /** When the answer came or went, in nanoseconds since 1970. */
    void responseTime(long nanos) {
        frame.number(RESPONSE_SECONDS, nanos / SECOND);
        frame.fixed(RESPONSE_NANOS, (int) (nanos % SECOND));
    }

    void query(WireMessage query) {
        frame.bytes(QUERY_MESSAGE, query.buffer(), query.offset(), query.length());
    }

    void response(WireMessage response) {
        frame.bytes(RESPONSE_MESSAGE, response.buffer(), response.offset(), response.length());
    }

    /**
     * Ends the frame.
     *
     * @param extra what is not in any other field, from 0 to its position
     * @return the frame, from 0 to the limit, until the next one begins
     */
    ByteBuffer end(ByteBuffer extra) {
        frame.close(lengthAt);
        // Last, so that no readable character follows the text, which tools such as grep find then.
        frame.bytes(EXTRA, extra, 0, extra.position());
        return bytes.flip();
    }
}
