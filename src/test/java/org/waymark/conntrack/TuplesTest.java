package org.waymark.conntrack;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.waymark.linux.Endpoint;

class TuplesTest {
    private static final int CAPACITY = 64;
    private static final byte TCP = 6;
    private static final byte UDP = 17;
    private static final Endpoint LOCAL = at("192.0.2.1", 53);
    private static final Endpoint PEER = at("198.51.100.7", 4000);

    private final Tuples tuples = new Tuples(CAPACITY);

    @Test
    void aConnectionIsThereOnce() {
        assertEquals(0, tuples.add(UDP, LOCAL, PEER));
        assertEquals(0, tuples.add(UDP, at("192.0.2.1", 53), at("198.51.100.7", 4000)));
        assertEquals(1, tuples.count());
    }

    @Test
    void whateverDiffersIsAnotherConnection() {
        tuples.add(UDP, LOCAL, PEER);
        assertEquals(1, tuples.add(TCP, LOCAL, PEER));
        assertEquals(2, tuples.add(UDP, at("192.0.2.2", 53), PEER));
        assertEquals(3, tuples.add(UDP, at("192.0.2.1", 5353), PEER));
        assertEquals(4, tuples.add(UDP, LOCAL, at("198.51.100.8", 4000)));
        assertEquals(5, tuples.add(UDP, LOCAL, at("198.51.100.7", 4001)));
        assertEquals(6, tuples.add(UDP, PEER, LOCAL));
        assertEquals(7, tuples.add(UDP, LOCAL, at("2001:db8::7", 4000)));
        assertEquals(8, tuples.add(UDP, LOCAL, at("fe80::7%1", 4000)));
        assertEquals(9, tuples.add(UDP, LOCAL, at("fe80::7%2", 4000)));
    }

    @Test
    void aFullTableStillFindsEach() {
        for (int i = 0; i < CAPACITY; i++) {
            assertEquals(i, tuples.add(UDP, LOCAL, at("198.51.100.7", i)));
        }
        for (int i = 0; i < CAPACITY; i++) {
            assertEquals(i, tuples.add(UDP, LOCAL, at("198.51.100.7", i)));
            assertEquals(i, tuples.peer(i).port());
        }
    }

    @Test
    void nothingIsLeftOfTheBurstBefore() {
        tuples.add(UDP, LOCAL, at("198.51.100.8", 4000));
        tuples.clear();
        assertEquals(0, tuples.count());
        assertEquals(0, tuples.add(UDP, LOCAL, PEER));
        assertEquals(PEER, tuples.peer(0));
    }

    private static Endpoint at(String address, int port) {
        return Endpoint.of(new InetSocketAddress(address, port));
    }
}
