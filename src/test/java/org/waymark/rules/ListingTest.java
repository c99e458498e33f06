package org.waymark.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ListingTest {
    private static List<Listing.Line> lines(String... lines) {
        return Stream.of(lines)
                .map(line -> line.split(": "))
                .map(parts -> new Listing.Line(parts[0], parts[1]))
                .toList();
    }

    private static List<String> missing(List<Listing.Line> wanted, List<Listing.Line> present) {
        return Listing.missing(wanted, present).map(Listing.Line::toString).toList();
    }

    @Test
    void linesOfOthersInBetweenDoNoHarm() {
        assertEquals(
                List.of(),
                missing(lines("a: 1", "a: 2", "b: 1"), lines("a: 0", "a: 1", "b: 9", "b: 1", "a: 3", "a: 2")));
    }

    @Test
    void theSameLineElsewhereIsAnotherOne() {
        assertEquals(List.of("a: 2"), missing(lines("a: 1", "a: 2"), lines("a: 1", "b: 2")));
    }

    @Test
    void linesInAnotherOrderAreMissing() {
        assertEquals(List.of("a: 2"), missing(lines("a: 1", "a: 2"), lines("a: 2", "a: 1")));
    }

    @Test
    void everyLineCountsOnce() {
        assertEquals(List.of("a: 1"), missing(lines("a: 1", "a: 1"), lines("a: 1")));
    }

    @Test
    void whatIsThereTooMuchIsLeftOverWhereverItStands() {
        Listing listing = Listing.nft("inet", "waymark");

        assertEquals(
                List.of("a: 3", "a: 1"),
                listing.leftOver(lines("a: 1", "a: 2"), lines("a: 2", "a: 3", "a: 1", "a: 1"))
                        .map(Listing.Line::toString)
                        .toList());
        assertEquals(
                List.of(),
                Listing.setting("/proc/x")
                        .leftOver(lines("a: 1"), lines("a: 2"))
                        .toList());
    }

    @Test
    void aLineOfNftIsReadWithItsChain() {
        Listing nft = Listing.nft("inet", "waymark");

        assertEquals(
                lines("table inet waymark, map m: type ipv4_addr", "table inet waymark, chain c: jump d"),
                nft.reader()
                        .apply(
                                "table inet waymark {\n\tmap m {\n\t\ttype ipv4_addr\n\t}\n\n\tchain c {\n\t\tjump d\n\t}\n}\n"));
    }

    @Test
    void linesOfTheHostAreLeftOut() {
        assertEquals(
                lines("x: 7001 lookup 7001 proto 87"),
                Listing.lines("x", "true")
                        .only("proto 87")
                        .reader()
                        .apply("0 lookup local\n7001 lookup 7001 proto 87\n"));
    }

    @Test
    void theStateOfALinkIsLeftOut() {
        assertEquals(
                lines("x: default dev wg0", "x: from all iif wg0 lookup main"),
                Listing.lines("x", "true")
                        .reader()
                        .apply("default dev wg0 linkdown \nfrom all iif wg0 [detached] lookup main\n"));
    }
}
