package org.waymark.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.waymark.conntrack.TransportProtocol;
import org.waymark.linux.Endpoint;
import org.waymark.mark.ConnectionMark;
import org.waymark.metrics.Count;
import org.waymark.metrics.Counters;

class LooksTest {
    private static final int OUTGOING = 0xfff;
    private static final int CLIENTS = 0xff;

    private final Endpoint local = Endpoint.of(new InetSocketAddress("192.0.2.1", 1024));
    private final Endpoint peer = Endpoint.of(new InetSocketAddress("192.0.2.53", 53));
    private final Counters counters = new Counters();
    private final Looks looks = new Looks(counters, OUTGOING, CLIENTS);

    @ParameterizedTest
    @CsvSource({
        "0x89, 0x89, KEPT, SERVER_MARK_KEPT",
        "0x89, 0x1089, KEPT, SERVER_MARK_KEPT",
        "0x89, 0x189, OTHER_MARK, SERVER_MARK_LOST",
        "0x89, 0, OTHER_MARK, SERVER_MARK_LOST",
        "0, 1, OTHER_MARK, SERVER_MARK_LOST",
        "0, -1, NO_ENTRY, SERVER_NOT_TRACKED"
    })
    void connectionToAServerMustHaveTheMarkInWaymarksBits(int sent, long found, Look.Result result, Count count) {
        looks.sent(TransportProtocol.UDP, local, peer, sent, found);

        assertEquals(result, looks.take(Look.Subject.SERVER).result());
        assertEquals(1, counters.get(count));
    }

    @ParameterizedTest
    @CsvSource({
        "0x89, 0x89, KEPT, CLIENT_MARK_KEPT",
        "0x89, 0x77, KEPT, CLIENT_MARK_KEPT",
        "0x89, 0, OTHER_MARK, CLIENT_MARK_WIPED",
        "0x189, 0x100, OTHER_MARK, CLIENT_MARK_WIPED"
    })
    void onlyAMarkThatIsGoneWasWipedByTheAnswer(long before, long after, Look.Result result, Count count) {
        looks.answered(TransportProtocol.UDP, local, peer, before, after);

        assertEquals(result, looks.take(Look.Subject.ANSWER).result());
        assertEquals(1, counters.get(count));
    }

    @ParameterizedTest
    @CsvSource({"0x89, -1", "0x89, -2", "-1, 0", "-2, 0", "0, 0", "0x100, 0"})
    void anEntryThatIsGoneAndOneWithoutAMarkTellNothingOfAnAnswer(long before, long after) {
        looks.answered(TransportProtocol.UDP, local, peer, before, after);

        assertNull(looks.take(Look.Subject.ANSWER));
    }

    @ParameterizedTest
    @CsvSource({
        "0x89, 0x89, KEPT, MARK_RESTORED",
        "0x100, 0, KEPT, MARK_RESTORED",
        "0, 0x89, OTHER_MARK, MARK_NOT_RESTORED"
    })
    void packetMustHaveTheMarkOfItsConnection(int brought, long found, Look.Result result, Count count) {
        looks.came(TransportProtocol.UDP, local, peer, brought, found);

        assertEquals(result, looks.take(Look.Subject.PACKET).result());
        assertEquals(1, counters.get(count));
    }

    @Test
    void whatConntrackDoesNotAnswerTellsNothing() {
        looks.sent(TransportProtocol.UDP, local, peer, 0x89, ConnectionMark.UNAVAILABLE);
        looks.came(TransportProtocol.UDP, local, peer, 0x89, ConnectionMark.UNAVAILABLE);
        looks.came(TransportProtocol.UDP, local, peer, 0x89, ConnectionMark.NO_ENTRY);

        assertNull(looks.take(Look.Subject.SERVER));
        assertNull(looks.take(Look.Subject.PACKET));
    }

    @Test
    void theLatestLookIsTakenOnceAndDoesNotChange() {
        looks.sent(TransportProtocol.UDP, local, peer, 1, 1);
        looks.sent(TransportProtocol.UDP, local, peer, 2, 2);
        peer.port(54);

        Look look = looks.take(Look.Subject.SERVER);

        assertEquals(2, look.due());
        assertEquals(53, look.peer().port());
        assertNull(looks.take(Look.Subject.SERVER));
    }
}
