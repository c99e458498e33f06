package org.waymark.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.waymark.conntrack.TransportProtocol;
import org.waymark.linux.Endpoint;
import org.waymark.mark.ConnectionMark;
import org.waymark.metrics.Counters;
import org.waymark.watch.Looks;

class LostMarksTest {
    private static final Endpoint LOCAL = Endpoint.of(new InetSocketAddress("192.0.2.1", 1024));
    private static final Endpoint SERVER = Endpoint.of(new InetSocketAddress("192.0.2.53", 53));
    private static final Endpoint IPV6_SERVER = Endpoint.of(new InetSocketAddress("2001:db8::53", 53));
    private static final int LISTED = 5;

    private final Counters counters = new Counters();
    private final Looks looks = new Looks(counters, -1, -1);
    private int zone = Tracking.NOWHERE;
    private int searches;
    private LostMarks lost = lostMarks(false);
    private long now;

    private LostMarks lostMarks(boolean ownTable) {
        return new LostMarks(
                List.of(looks),
                List.of(counters),
                () -> new MarkSetup(ownTable, List.of(LISTED), List.of(LISTED)),
                look -> {
                    searches++;
                    return zone;
                });
    }

    /** A look at a connection to a server, and the lines of the second after it. */
    private List<String> look(Endpoint server, int sent, long found) {
        looks.sent(TransportProtocol.UDP, LOCAL, server, sent, found);
        return second();
    }

    private List<String> second() {
        now += TimeUnit.SECONDS.toNanos(1);
        return lost.news(now).stream().map(LostMarks.Line::text).toList();
    }

    private void pass(long minutes) {
        now += TimeUnit.MINUTES.toNanos(minutes);
    }

    @Test
    void lostMarkIsToldOnceWithExampleCauseAndCure() {
        assertEquals(List.of(), look(SERVER, 0x89, 0));
        assertEquals(
                List.of(
                        "sent with mark 0x89 (137) to 192.0.2.53:53 over UDP, but its connection has mark 0x0 (0): OUTPUT lacks a"
                                + " rule that saves the mark (rule 4 of conf/firewall), or a later rule overwrites it; run waymark doctor"),
                look(SERVER, 0x89, 0));
        for (int i = 0; i < 100; i++) {
            assertEquals(List.of(), look(SERVER, 0x89, 0));
        }
    }

    @Test
    void oneLossAmongManyLooksIsThatOfARulesetBeingLoaded() {
        look(SERVER, 0x89, 0);
        for (int i = 0; i < 64; i++) {
            look(SERVER, 0x89, 0x89);
        }
        assertEquals(List.of(), look(SERVER, 0x89, 0));
    }

    @Test
    void lossOfAFewMarksIsTold() {
        look(SERVER, 0x89, 0);
        for (int i = 0; i < 50; i++) {
            look(SERVER, 0x88, 0x88);
        }
        assertEquals(1, look(SERVER, 0x89, 0).size());
    }

    @Test
    void ipv6HasRulesOfItsOwn() {
        look(SERVER, 0x89, 0);
        look(SERVER, 0x89, 0);
        look(IPV6_SERVER, 0x89, 0);

        assertTrue(look(IPV6_SERVER, 0x89, 0).get(0).contains("OUTPUT for IPv6 lacks"));
    }

    @Test
    void sameLossIsToldAgainOnlyAfterAllWasWellForLong() {
        look(SERVER, 0x89, 0);
        look(SERVER, 0x89, 0);
        pass(20);
        assertEquals(List.of(), look(SERVER, 0x89, 0));

        look(SERVER, 0x89, 0x89);
        pass(9);
        assertEquals(List.of(), look(SERVER, 0x89, 0));

        look(SERVER, 0x89, 0x89);
        pass(11);
        assertEquals(1, look(SERVER, 0x89, 0).size());
    }

    @ParameterizedTest
    @CsvSource({
        "false, 0x89, 0, lacks a rule that saves the mark",
        "false, 0x89, 7, changes the packet's mark before it is saved",
        "false, 0x89, 0x1089, adds 0x1000 (4096) to the mark",
        "false, 0, 7, changes the packet's mark before it is saved",
        "true, 0x89, 0, Waymark's own table has set it",
        "true, 0x89, 7, Waymark's own table has set it",
        "true, 0x89, 0x1089, adds 0x1000 (4096) to the mark",
        "true, 0, 7, Waymark's own table has set it"
    })
    void causeFitsTheMarksAndTheTable(boolean ownTable, int sent, long found, String cause) {
        lost = lostMarks(ownTable);
        look(SERVER, sent, found);

        String line = look(SERVER, sent, found).get(0);

        assertTrue(line.contains(cause), line);
    }

    @Test
    void missingEntryIsToldWhenItIsSeenAgainAndAgain() {
        for (int i = 0; i < 3; i++) {
            assertEquals(List.of(), look(SERVER, 0x89, ConnectionMark.NO_ENTRY));
        }
        String line = look(SERVER, 0x89, ConnectionMark.NO_ENTRY).get(0);

        assertTrue(line.contains("NOTRACK"), line);
        assertEquals(List.of(), look(SERVER, 0x89, ConnectionMark.NO_ENTRY));
    }

    @Test
    void flushOfConntrackIsNotTold() {
        for (int i = 0; i < 100; i++) {
            assertEquals(List.of(), look(SERVER, 0x89, i % 5 == 0 ? ConnectionMark.NO_ENTRY : 0x89));
        }
    }

    @Test
    void otherZoneIsToldAsSoonAsItIsKnown() {
        zone = 9;
        look(SERVER, 0x89, ConnectionMark.NO_ENTRY);

        String line = look(SERVER, 0x89, ConnectionMark.NO_ENTRY).get(0);

        assertTrue(line.contains("conntrack zone 9, which is not in mark.upstream-zones"), line);
        look(SERVER, 0x89, ConnectionMark.NO_ENTRY);
        assertEquals(1, searches);
    }

    @Test
    void entryThatComesLateIsNotMissing() {
        zone = LISTED;
        for (int i = 0; i < 100; i++) {
            assertEquals(List.of(), look(SERVER, 0x89, ConnectionMark.NO_ENTRY));
        }
    }

    @Test
    void answerThatWipesAMarkIsTold() {
        assertEquals(List.of(), answer());

        String line = answer().get(0);

        assertTrue(
                line.startsWith(
                        "the answer to 192.0.2.53:53 has left, and its connection, which had mark 0x89 (137), has mark 0x0"
                                + " (0): a rule in OUTPUT saves"),
                line);
    }

    private List<String> answer() {
        looks.answered(TransportProtocol.UDP, LOCAL, SERVER, 0x89, 0);
        return second();
    }

    @Test
    void packetsWithoutTheMarkOfTheirConnectionAreTold() {
        looks.came(TransportProtocol.UDP, LOCAL, SERVER, 0, 0x89);
        assertEquals(List.of(), second());
        looks.came(TransportProtocol.UDP, LOCAL, SERVER, 0, 0x89);

        String line = second().get(0);

        assertTrue(line.contains("came with mark 0x0 (0), but its connection has mark 0x89 (137)"), line);
    }
}
