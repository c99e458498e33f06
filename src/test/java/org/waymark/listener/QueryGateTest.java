package org.waymark.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.waymark.Duty;
import org.waymark.dns.QueryReader;
import org.waymark.dns.WireMessage;
import org.waymark.forward.ClientTransport;
import org.waymark.forward.QueryEnd;
import org.waymark.forward.QueryEndings;
import org.waymark.forward.QueryObserver;
import org.waymark.linux.Endpoint;
import org.waymark.metrics.Count;
import org.waymark.metrics.Counters;

class QueryGateTest {
    private static final byte[] QUERY =
            HexFormat.of().parseHex("123401000001000000000000" + "076578616d706c6500" + "00010001");

    private final Counters counters = new Counters();
    private final Networks networks = new Networks();
    private final List<String> logged = new ArrayList<>();
    private final QueryObserver observer = new QueryObserver() {
        @Override
        public boolean isOn() {
            return true;
        }

        @Override
        public void ended(QueryEnd end) {
            logged.add(end.client() + " " + end.why());
        }
    };
    private final QueryGate gate = new QueryGate(
            networks::contains,
            (transport, peer) -> false,
            false,
            new QueryReader(),
            null,
            null,
            new QueryEndings(System::nanoTime, counters, observer),
            counters);

    QueryGateTest() throws Exception {
        networks.add(InetAddress.getByName("192.0.2.0"), 24);
    }

    @Test
    void aQueryGoesOn() {
        assertNull(judge(QUERY, 1024));
    }

    @Test
    @Duty(44)
    void aQueryFromPortZeroIsDropped() {
        assertTrue(QueryGate.isSilence(judge(QUERY, 0)));
        assertEquals(1, counters.get(Count.SILENTLY_DROPPED));
    }

    @Test
    void aQueryOfAnotherNetworkIsRefusedAndTold() {
        judge(QUERY, "198.51.100.7", 1024);
        judge(QUERY, "198.51.100.8", 1024);

        assertEquals(2, counters.get(Count.REFUSED_NETWORK));
        assertEquals("198.51.100.7:1024: listen.allow-from", counters.takeExample(Count.REFUSED_NETWORK));
        assertNull(counters.takeExample(Count.REFUSED_NETWORK));
        assertEquals("198.51.100.8:1024 refused: listen.allow-from", logged.get(1));
    }

    @Test
    @Duty(44)
    void anAnswerIsDropped() {
        byte[] answer = QUERY.clone();
        answer[2] |= (byte) 0x80;
        assertTrue(QueryGate.isSilence(judge(answer, 1024)));
    }

    private WireMessage judge(byte[] message, int port) {
        return judge(message, "192.0.2.1", port);
    }

    private WireMessage judge(byte[] message, String address, int port) {
        Endpoint peer = Endpoint.of(new InetSocketAddress(address, port));
        return gate.judge(ClientTransport.UDP, WireMessage.of(message), peer);
    }
}
