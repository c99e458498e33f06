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
import org.waymark.metrics.Count;
import org.waymark.metrics.Counters;
import org.waymark.watch.Looks;

/** What the log tells of the marks that queries come with. */
class LostMarksOfQueriesTest {
    private static final Endpoint LOCAL = Endpoint.of(new InetSocketAddress("192.0.2.1", 53));
    private static final Endpoint CLIENT = Endpoint.of(new InetSocketAddress("192.0.2.7", 1024));
    private static final Endpoint SERVER = Endpoint.of(new InetSocketAddress("192.0.2.53", 53));
    private static final int LISTED = 5;

    private final Counters counters = new Counters();
    private final Looks looks = new Looks(counters, -1, -1);
    private int zone = Tracking.NOWHERE;
    private LostMarks lost = lostMarks(false);
    private long now;

    private LostMarks lostMarks(boolean ownTable) {
        return new LostMarks(
                List.of(looks),
                List.of(counters),
                () -> new MarkSetup(ownTable, List.of(LISTED), List.of(LISTED)),
                look -> zone);
    }

    private List<String> second() {
        return lines().stream().map(LostMarks.Line::text).toList();
    }

    private List<LostMarks.Line> lines() {
        now += TimeUnit.SECONDS.toNanos(1);
        return lost.news(now);
    }

    private void pass(long minutes) {
        now += TimeUnit.MINUTES.toNanos(minutes);
    }

    @Test
    void queriesThatAllHaveTheMark0AreToldOnceWithoutAWarning() {
        queries(999, 0);
        assertEquals(List.of(), second());
        queries(1, 0);
        assertEquals(
                List.of(LostMarks.Line.hint(
                        "none of the first 1000 queries had a mark; if clients should have one by now, waymark doctor says"
                                + " where it is lost")),
                lines());
        queries(1000, 0);
        assertEquals(List.of(), second());
    }

    @Test
    void marksThatAreGoneAreToldWithoutAWarningUntilTheyWereThereForLong() {
        looks.marksAreGone(TransportProtocol.UDP, LOCAL, CLIENT);
        assertEquals(
                List.of(LostMarks.Line.hint(
                        "many queries in a row had no mark, among them those of clients that had one just before, such as"
                                + " 192.0.2.7:1024; if nobody has logged them out, waymark doctor says where their marks are"
                                + " lost")),
                lines());
        pass(9);
        looks.marksAreGone(TransportProtocol.UDP, LOCAL, CLIENT);
        assertEquals(List.of(), lines());
        pass(11);
        looks.marksAreGone(TransportProtocol.UDP, LOCAL, CLIENT);
        assertEquals(1, lines().size());
    }

    @Test
    void connectionsOfWhichConntrackSeesOneDirectionAreToldOnce() {
        looks.oneWay(TransportProtocol.TCP, LOCAL, CLIENT);

        String line = second().get(0);

        assertTrue(
                line.startsWith(
                        "conntrack sees only the answers on connections over TCP, one of them of 192.0.2.7:1024, so"
                                + " their queries have mark 0x0 (0): a rule in PREROUTING says NOTRACK"),
                line);
        looks.oneWay(TransportProtocol.TCP, LOCAL, CLIENT);
        assertEquals(List.of(), second());
    }

    @Test
    void oneMarkAmongTheFirstQueriesIsEnough() {
        queries(1, 137);
        queries(2000, 0);

        assertEquals(List.of(), second());
    }

    private void queries(int number, int mark) {
        for (int i = 0; i < number; i++) {
            counters.add(Count.MARK_KNOWN);
            counters.marks().add(mark);
        }
    }

    private void unknownQueries(int number) {
        for (int i = 0; i < number; i++) {
            counters.add(Count.MARK_NO_ENTRY);
        }
    }

    @Test
    void manyQueriesWithoutAnEntryAreToldIfConntrackKnowsNothingOfAClient() {
        queries(90, 7);
        unknownQueries(10);
        assertEquals(List.of(), second());
        looks.unknown(TransportProtocol.UDP, LOCAL, CLIENT);

        String line = second().get(0);

        assertTrue(
                line.startsWith("10 of the latest 100 queries came on connections that conntrack has no entry for"),
                line);
        assertTrue(line.contains("NOTRACK"), line);
        assertEquals(List.of(), second());
    }

    @ParameterizedTest
    @CsvSource({"false, conntrack tracks nothing over IPv4: no rule on this host needs it", "true, a rule in"})
    void hostThatTracksNothingLacksRulesUnlessThereIsTheOwnTable(boolean ownTable, String cause) {
        lost = lostMarks(ownTable);
        zone = Tracking.NOTHING;
        unknownQueries(10);
        looks.unknown(TransportProtocol.UDP, LOCAL, CLIENT);
        String ofQueries = second().get(0);
        for (int i = 0; i < 3; i++) {
            assertEquals(List.of(), look());
        }
        String ofServers = look().get(0);

        assertTrue(ofQueries.contains(": " + cause), ofQueries);
        assertTrue(ofServers.contains(": " + cause), ofServers);
    }

    private List<String> look() {
        looks.sent(TransportProtocol.UDP, LOCAL, SERVER, 0, ConnectionMark.NO_ENTRY);
        return second();
    }

    @Test
    void zoneOfClientsIsNamed() {
        zone = 7;
        unknownQueries(10);
        looks.unknown(TransportProtocol.UDP, LOCAL, CLIENT);

        String line = second().get(0);

        assertTrue(line.contains("conntrack zone 7, which is not in mark.zones: add it there"), line);
    }

    @ParameterizedTest
    @CsvSource({"0, 9", "91, 10"})
    void fewQueriesWithoutAnEntryAreNotTold(int known, int unknown) {
        queries(known, 7);
        unknownQueries(unknown);
        looks.unknown(TransportProtocol.UDP, LOCAL, CLIENT);

        assertEquals(List.of(), second());
    }

    @Test
    void queriesOfLongAgoDoNotCount() {
        unknownQueries(9);
        for (int i = 0; i < 10; i++) {
            second();
        }
        unknownQueries(9);
        looks.unknown(TransportProtocol.UDP, LOCAL, CLIENT);

        assertEquals(List.of(), second());
    }
}
