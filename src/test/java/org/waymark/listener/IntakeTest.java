package org.waymark.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.waymark.Duty;
import org.waymark.conntrack.TransportProtocol;
import org.waymark.dns.QueryReader;
import org.waymark.linux.Endpoint;
import org.waymark.metrics.Count;
import org.waymark.metrics.Counters;

class IntakeTest {
    private static final byte[] QUERY =
            HexFormat.of().parseHex("123401000001000000000000" + "076578616d706c6500" + "00010001");

    private final Counters counters = new Counters();
    private final Networks everywhere = new Networks();
    private final Intake intake =
            new Intake(everywhere, (protocol, peer) -> false, false, new QueryReader(), null, null, counters);

    IntakeTest() throws Exception {
        everywhere.add(InetAddress.getByName("0.0.0.0"), 0);
    }

    @Test
    void aQueryGoesOn() {
        assertNull(judge(QUERY, 1024));
    }

    @Test
    @Duty(44)
    void aQueryFromPortZeroIsDropped() {
        assertTrue(Intake.isSilence(judge(QUERY, 0)));
        assertEquals(1, counters.get(Count.SILENTLY_DROPPED));
    }

    @Test
    @Duty(44)
    void anAnswerIsDropped() {
        byte[] answer = QUERY.clone();
        answer[2] |= (byte) 0x80;
        assertTrue(Intake.isSilence(judge(answer, 1024)));
    }

    private byte[] judge(byte[] message, int port) {
        Endpoint peer = Endpoint.of(new InetSocketAddress("192.0.2.1", port));
        return intake.judge(TransportProtocol.UDP, ByteBuffer.wrap(message), 0, message.length, peer);
    }
}
