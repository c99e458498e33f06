package org.waymark.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The same memory is used again and again, for sockets of both families. */
class SocketAddressTest {
    private static final Endpoint IPV4 = endpoint("192.0.2.1");
    private static final Endpoint LINK_LOCAL = endpoint("fe80::1%7");
    private static final Endpoint GLOBAL = endpoint("2001:db8::1");

    @AutoClose
    private final NativeMemory memory = NativeMemory.allocate(SocketAddress.SIZE);

    @Test
    void isReadAsItWasWritten() {
        assertReads(16, IPV4, Socket.AF_INET);
        assertReads(28, LINK_LOCAL, Socket.AF_INET6);
        assertReads(28, IPV4, Socket.AF_INET6);
        assertReads(28, GLOBAL, Socket.AF_INET6);
        assertReads(16, IPV4, Socket.AF_INET);
    }

    @Test
    void ofIpv6HasNothingOfWhatWasThereBefore() {
        SocketAddress.write(memory, 0, LINK_LOCAL, Socket.AF_INET6);
        SocketAddress.write(memory, 0, IPV4, Socket.AF_INET);
        SocketAddress.write(memory, 0, GLOBAL, Socket.AF_INET6);

        ByteBuffer due = ByteBuffer.allocate(SocketAddress.SIZE).order(ByteOrder.nativeOrder());
        due.putShort((short) Socket.AF_INET6).order(ByteOrder.BIG_ENDIAN).putShort((short) 53);
        due.putInt(0).putLong(GLOBAL.high()).putLong(GLOBAL.low()).putInt(0);
        assertEquals(due.flip(), memory.network().duplicate().rewind());
    }

    private void assertReads(int length, Endpoint endpoint, int family) {
        assertEquals(length, SocketAddress.write(memory, 0, endpoint, family));
        Endpoint read = new Endpoint();
        SocketAddress.read(memory, 0, read);
        assertEquals(endpoint, read);
    }

    private static Endpoint endpoint(String address) {
        return Endpoint.of(new InetSocketAddress(address, 53));
    }
}
