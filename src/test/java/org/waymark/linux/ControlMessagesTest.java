package org.waymark.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class ControlMessagesTest {
    private static final int SOL_SOCKET = 1;
    private static final int SO_MARK = 36;
    private static final int SOL_IPV6 = 41;
    private static final int IPV6_PKTINFO = 50;

    /** As the kernel writes them: the mark, which takes 20 bytes and 4 of padding, and the local address. */
    private final ByteBuffer received = ByteBuffer.allocate(128)
            .order(ByteOrder.nativeOrder())
            .putLong(20)
            .putInt(SOL_SOCKET)
            .putInt(SO_MARK)
            .putInt(0x89)
            .putInt(0)
            .putLong(36)
            .putInt(SOL_IPV6)
            .putInt(IPV6_PKTINFO)
            .put(new byte[20]);

    private final int end = received.position();

    @Test
    void findsEachMessageWhereverItStands() {
        assertEquals(16, find(0, end, SOL_SOCKET, SO_MARK, 4));
        assertEquals(40, find(0, end, SOL_IPV6, IPV6_PKTINFO, 20));
        assertEquals(40, find(24, end, SOL_IPV6, IPV6_PKTINFO, 20));
    }

    @Test
    void findsNothingThatIsNotThere() {
        assertEquals(ControlMessages.NONE, find(0, end, SOL_IPV6, SO_MARK, 4));
        assertEquals(ControlMessages.NONE, find(0, 0, SOL_SOCKET, SO_MARK, 4));
        assertEquals(ControlMessages.NONE, find(24, end, SOL_SOCKET, SO_MARK, 4));
    }

    /** A truncated mark must not be read as a different mark. */
    @Test
    void findsNoMessageThatWasCutOff() {
        for (int cut = 0; cut < 20; cut++) {
            assertEquals(ControlMessages.NONE, find(0, cut, SOL_SOCKET, SO_MARK, 4), cut + " bytes");
        }
        received.putLong(0, 18);
        assertEquals(ControlMessages.NONE, find(0, end, SOL_SOCKET, SO_MARK, 4));
    }

    @Test
    void endsAtALengthThatCanNotBe() {
        for (long length : new long[] {0, 15, 1000, Integer.MAX_VALUE, -1, 1L << 32}) {
            received.putLong(0, length);
            assertEquals(ControlMessages.NONE, find(0, end, SOL_IPV6, IPV6_PKTINFO, 20), "length " + length);
        }
    }

    @Test
    void writesWhatTheKernelReads() {
        ByteBuffer written = ByteBuffer.allocate(128).order(ByteOrder.nativeOrder());

        written.putInt(ControlMessages.write(written, 0, SOL_SOCKET, SO_MARK, 4), 0x89);
        ControlMessages.write(written, ControlMessages.space(4), SOL_IPV6, IPV6_PKTINFO, 20);

        assertEquals(received.rewind(), written);
    }

    private int find(int at, int end, int level, int type, int dataBytes) {
        return ControlMessages.find(received, at, end, level, type, dataBytes);
    }
}
