package org.waymark.conntrack;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.waymark.linux.Endpoint;

/** The expected bytes follow the layout in the kernel's headers, for a little-endian processor. */
class TupleRequestTest {
    private static final byte UDP = 17;

    private final ByteBuffer buffer = ByteBuffer.allocate(1024);
    private final TupleRequest request = new TupleRequest(buffer);

    @BeforeEach
    void headersAreInTheProcessorsOrder() {
        Assumptions.assumeTrue(ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN);
    }

    @Test
    void asksForAnIpv4TupleIn72Bytes() {
        request.add(7, UDP, endpoint("192.168.111.1", 53), endpoint("192.168.111.137", 40000), 0);
        assertEquals(
                "48000000" + "0101" + "0100" + "07000000" + "00000000" // nlmsghdr
                        + "02000000" // nfgenmsg
                        + "34000280" // CTA_TUPLE_REPLY
                        + "14000180" + "08000100" + "c0a86f01" + "08000200" + "c0a86f89" // CTA_TUPLE_IP
                        + "1c000280" + "05000100" + "11000000" // CTA_TUPLE_PROTO, CTA_PROTO_NUM
                        + "06000200" + "00350000" + "06000300" + "9c400000", // ports
                written());
    }

    @Test
    void asksForAnIpv6TupleIn96Bytes() {
        request.add(1, UDP, endpoint("fd00:111::1", 53), endpoint("fd00:111::137", 40000), 0);
        assertEquals(
                "60000000" + "0101" + "0100" + "01000000" + "00000000"
                        + "0a000000"
                        + "4c000280"
                        + "2c000180"
                        + "14000300" + "fd000111000000000000000000000001"
                        + "14000400" + "fd000111000000000000000000000137"
                        + "1c000280" + "05000100" + "11000000"
                        + "06000200" + "00350000" + "06000300" + "9c400000",
                written());
    }

    @Test
    void namesTheZoneUnlessItIsTheDefaultOne() {
        request.add(1, UDP, endpoint("10.0.0.1", 53), endpoint("10.0.0.2", 1024), 5);
        assertEquals("50000000", written().substring(0, 8));
        assertEquals("06001200" + "00050000", written().substring(144));
    }

    /** Without a tuple of this attribute type the kernel would remove the entries of all connections. */
    @Test
    void asksToForgetOneConnectionAndToBeToldOfIt() {
        request.remove(7, UDP, endpoint("192.168.111.1", 53), endpoint("192.168.111.137", 40000), 0);
        assertEquals(
                "48000000" + "0201" + "0500" + "07000000" + "00000000" + "02000000" + "34000280",
                written().substring(0, 48));
        String removal = written();
        request.clear();
        request.add(7, UDP, endpoint("192.168.111.1", 53), endpoint("192.168.111.137", 40000), 0);
        assertEquals(written().substring(40), removal.substring(40));
    }

    @Test
    void putsOneRequestBehindTheOther() {
        request.add(1, UDP, endpoint("10.0.0.1", 53), endpoint("10.0.0.2", 1024), 0);
        request.add(2, UDP, endpoint("fd00::1", 53), endpoint("fd00::2", 1024), 9);
        assertEquals(72 + 104, request.length());
        request.clear();
        assertEquals(0, request.length());
    }

    private String written() {
        return HexFormat.of().formatHex(buffer.array(), 0, request.length());
    }

    private static Endpoint endpoint(String address, int port) {
        return Endpoint.of(new InetSocketAddress(address, port));
    }
}
