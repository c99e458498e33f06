package org.waymark.conntrack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.waymark.linux.Endpoint;
import org.waymark.linux.Errno;
import org.waymark.mark.ConnectionMark;

class TupleAnswerTest {
    private static final int CTA_STATUS = 3;
    private static final int CTA_MARK = 8;
    private static final int NEW = 0x0100;
    private static final int ERROR = 2;

    private final ByteBuffer buffer = ByteBuffer.allocate(256);
    private final TupleAnswer answer = new TupleAnswer(buffer);

    @Test
    void readsTheMarkBehindOtherAttributes() {
        int length = header(NEW, 42);
        length = attribute(length, CTA_STATUS, 0x18e);
        length = attribute(length, CTA_MARK, 0x89);
        assertTrue(answer.read(0, length));
        assertEquals(42, answer.sequence());
        assertEquals(ConnectionMark.known(0x89), answer.mark());
        assertNull(answer.error());
    }

    @Test
    void readsTheHighestMarkAsUnsigned() {
        int length = attribute(header(NEW, 1), CTA_MARK, 0xffff_ffff);
        assertTrue(answer.read(0, length));
        assertEquals(0xffff_ffffL, answer.mark());
    }

    @Test
    void takesAnEntryWithoutMarkForOneOfMarkZero() {
        int length = attribute(header(NEW, 1), CTA_STATUS, 0x18e);
        assertTrue(answer.read(0, length));
        assertEquals(ConnectionMark.known(0), answer.mark());
    }

    @Test
    void tellsNoEntryFromAnError() {
        assertTrue(answer.read(0, error(Errno.ENOENT)));
        assertEquals(ConnectionMark.NO_ENTRY, answer.mark());
        assertNull(answer.error());

        assertTrue(answer.read(0, error(Errno.EPERM)));
        assertEquals(ConnectionMark.UNAVAILABLE, answer.mark());
        assertEquals(Errno.EPERM, answer.error());
    }

    @Test
    void doesNotTakeAnOldErrorForThatOfTheNextAnswer() {
        answer.read(0, error(Errno.EPERM));
        answer.read(0, attribute(header(NEW, 1), CTA_MARK, 5));
        assertNull(answer.error());
    }

    @Test
    void passesOverWhatIsNoAnswer() {
        assertFalse(answer.read(0, header(3, 1)));
        assertFalse(answer.read(0, 4));
    }

    @Test
    void survivesAttributesOfLengthZero() {
        int length = header(NEW, 1);
        assertTrue(answer.read(0, length + 8));
        assertEquals(ConnectionMark.known(0), answer.mark());
    }

    @Test
    void anEntryThatIsCutOffInTheMarkTellsNone() {
        int length = attribute(header(NEW, 1), CTA_MARK, 0x89);
        for (int cut = 1; cut <= 4; cut++) {
            ByteBuffer cutOff = ByteBuffer.allocate(length - cut).put(0, buffer, 0, length - cut);
            TupleAnswer answer = new TupleAnswer(cutOff);
            assertTrue(answer.read(0, length - cut));
            assertEquals(ConnectionMark.UNAVAILABLE, answer.mark());
        }
    }

    private ByteBuffer host() {
        return buffer.duplicate().order(ByteOrder.nativeOrder());
    }

    @Test
    void tellsWhichEndHasBegunTheConnection() {
        int tuple = header(NEW, 1);
        int addresses = nested(tuple, TupleAttributes.CTA_TUPLE_ORIG, 4 + 8 + 8 + 4 + 8);
        int source = nested(addresses, TupleAttributes.CTA_TUPLE_IP, 8 + 8);
        int destination = attribute(source, TupleAttributes.CTA_IP_V4_SRC, 0xc0000201);
        int ports = attribute(destination, TupleAttributes.CTA_IP_V4_DST, 0xc0000235);
        int port = nested(ports, TupleAttributes.CTA_TUPLE_PROTO, 8);
        int end = attribute(port, TupleAttributes.CTA_PROTO_SRC_PORT, 1024 << 16);
        assertTrue(answer.read(0, end));

        assertTrue(answer.hasBegunAt(Endpoint.of(new InetSocketAddress("192.0.2.1", 1024))));
        assertFalse(answer.hasBegunAt(Endpoint.of(new InetSocketAddress("192.0.2.1", 1025))));
        assertFalse(answer.hasBegunAt(Endpoint.of(new InetSocketAddress("192.0.2.53", 1024))));
    }

    @Test
    void anEntryWithoutATupleHasBegunNowhere() {
        assertTrue(answer.read(0, attribute(header(NEW, 1), CTA_MARK, 0x89)));

        assertFalse(answer.hasBegunAt(Endpoint.of(new InetSocketAddress("192.0.2.1", 1024))));
    }

    private int nested(int at, int type, int bytes) {
        host().putShort(at, (short) (4 + bytes)).putShort(at + 2, (short) (0x8000 | type));
        return at + 4;
    }

    private int header(int type, int sequence) {
        host().putShort(4, (short) type).putInt(8, sequence);
        return 20;
    }

    private int error(Errno errno) {
        header(ERROR, 1);
        host().putInt(16, -errno.number());
        return 36;
    }

    private int attribute(int at, int type, int value) {
        host().putShort(at, (short) 8).putShort(at + 2, (short) type);
        buffer.putInt(at + 4, value);
        return at + 8;
    }
}
