package org.waymark.names;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.waymark.names.Lists.read;
import static org.waymark.names.Lists.readText;
import static org.waymark.names.Lists.verdicts;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.waymark.names.NameCollector.TooManyNamesException;

class ListFormatTest {
    private static final String[] AROUND = {"example.com", "www.example.com", "a.b.example.com", "notexample.com", "com"
    };
    private static final String LABEL = "a".repeat(63);

    @Test
    void aNameStandsForItselfAndAllBelow() {
        assertEquals("listed listed listed - -", verdicts(read("example.com"), AROUND));
    }

    @Test
    void anAsteriskStandsForAllBelowOnly() {
        assertEquals("- listed listed - -", verdicts(read("*.example.com"), AROUND));
    }

    @Test
    void aLeadingDotChangesNothing() {
        assertEquals("listed listed listed - -", verdicts(read(".example.com"), AROUND));
    }

    /** One such line would open a garden for everything. */
    @Test
    void theRootIsLeftOut() {
        ReadList list = read(".", "*.", "example.com");

        assertEquals("listed - -", verdicts(list, "example.com", "example.org", "."));
        assertEquals(2, list.leftOut().firstBroken().size());
    }

    @Test
    void lettersOfEitherCaseAreTheSame() {
        ReadList list = read("eXample.COM");

        assertEquals("listed listed", verdicts(list, "EXAMPLE.com", "wWw.eXAMPLE.cOM"));
    }

    @Test
    void commentsBlanksAndEmptyLinesAreNoNames() {
        ReadList list = readText(
                "\ufeffone.example\r\n# a.example\r\n! b.example\r\n; c.example\r\n\r\n \t two.example. # why \r\nthree.example#x\n\n"
                        + "  # d.example\nfour.example");

        assertEquals(4, list.names().size());
        assertEquals(
                "listed listed listed listed - - - -",
                verdicts(
                        list,
                        "one.example",
                        "two.example",
                        "three.example",
                        "four.example",
                        "a.example",
                        "b.example",
                        "c.example",
                        "d.example"));
        assertEquals(new LeftOut(0, List.of(), 0, List.of()), list.leftOut());
    }

    @Test
    void hostsFilesHaveExactlyTheirNamesAndNotThoseOfTheHost() {
        ReadList list = read(
                "127.0.0.1 localhost localhost.localdomain",
                "::1 ip6-localhost ip6-loopback localhost",
                "255.255.255.255 broadcasthost",
                "fe80::1%lo0 localhost",
                "ff02::1 ip6-allnodes",
                "0.0.0.0 0.0.0.0",
                "0.0.0.0 example.com",
                ":: a.example b.example\tc.example # d.example",
                "::1 e.example",
                "127.0.0.1\tF.example");

        assertEquals("listed - - - -", verdicts(list, AROUND));
        assertEquals(
                "listed listed listed - listed listed - -",
                verdicts(
                        list,
                        "a.example",
                        "b.example",
                        "c.example",
                        "d.example",
                        "e.example",
                        "f.example",
                        "localhost",
                        "broadcasthost"));
        assertEquals(6, list.names().size());
        assertEquals(new LeftOut(0, List.of(), 0, List.of()), list.leftOut());
    }

    @Test
    void namesWithAnAddressOfTheirOwnAreNotListed() {
        ReadList list = read("0.0.0.0 example.com", "192.168.1.1 router.example");

        assertEquals("-", verdicts(list, "router.example"));
        assertEquals(1, list.leftOut().useless());
    }

    @Test
    void rulesOfAdBlockersAreForWholeDomains() {
        ReadList list = read(
                "[Adblock Plus 2.0]",
                "! Title: rules",
                "||example.com^",
                "||important.example^$important",
                "||both.example^$important,all",
                "||*.below.example^",
                "||pipe.example^|");

        assertEquals("listed listed listed - -", verdicts(list, AROUND));
        assertEquals(
                "listed listed - listed listed",
                verdicts(
                        list, "important.example", "both.example", "below.example", "x.below.example", "pipe.example"));
        assertEquals(new LeftOut(0, List.of(), 0, List.of()), list.leftOut());
    }

    @Test
    void exceptionsTakeANameAndAllBelowOutWhereverTheyStand() {
        ReadList list =
                read("@@||good.example.com^", "||example.com^", "||ads.good.example.com^", "||good.example.com^");

        assertEquals(
                "listed listed - - -",
                verdicts(
                        list,
                        "example.com",
                        "bad.example.com",
                        "good.example.com",
                        "x.good.example.com",
                        "ads.good.example.com"));
    }

    @Test
    void rulesForPartsOfPagesAreCountedAndLeftOut() {
        ReadList list = read(
                "||example.com^",
                "||path.example/ads/*",
                "||wild*card.example^",
                "||third.example^$third-party",
                "||prefix.example",
                "/banner[0-9]+/",
                "example.org##.advert",
                "example.org#@#.advert",
                "@@|https://example.net/",
                "-advert-",
                "&ad_box_",
                "|https://x.example/");

        assertEquals(1, list.names().size());
        assertEquals(0, list.leftOut().broken());
        assertEquals(11, list.leftOut().useless());
        assertEquals(2, list.leftOut().firstUseless().get(0).number());
    }

    @Test
    void brokenLinesAreCountedAndTheFirstFiveTold() {
        ReadList list = read(
                "good.example",
                "two words",
                "under score.example",
                "a..example",
                "x." + LABEL + "a.example",
                "caf\u00e9.example",
                "slash/.example",
                "*.*.example",
                "192.0.2.1",
                "0.0.0.0");

        assertEquals(1, list.names().size());
        assertEquals(9, list.leftOut().broken());
        assertEquals(
                List.of(
                        new BadLine(2, "it has several words, but the first is not an address"),
                        new BadLine(3, "it has several words, but the first is not an address"),
                        new BadLine(4, "\"a..example\" is not a domain name: it has an empty label"),
                        new BadLine(
                                5, "\"x." + LABEL + "a.example\" is not a domain name: a label has more than 63 bytes"),
                        new BadLine(
                                6,
                                "\"caf\u00e9.example\" is not a domain name: it may have other letters than a to z only in the"
                                        + " form xn--")),
                list.leftOut().firstBroken());
    }

    @Test
    void namesMayBeAsLongAsDnsAllows() {
        String longest = LABEL + "." + LABEL + "." + LABEL + "." + "b".repeat(61);
        ReadList list =
                read(longest, "*." + LABEL + ".example", "xn--caf-dma.example", "_dmarc.example", "x." + longest);

        assertEquals(
                "listed listed - listed listed",
                verdicts(
                        list,
                        longest,
                        "x." + LABEL + ".example",
                        LABEL + ".example",
                        "xn--caf-dma.example",
                        "_dmarc.example"));
        assertEquals(
                "\"x." + longest + "\" is not a domain name: it has more than 255 bytes",
                list.leftOut().firstBroken().get(0).problem());
    }

    @Test
    void escapesStandForBytes() {
        ReadList list = read("a\\.b.example", "a\\032b.example", "\\065x.example", "c\\256.example", "d\\", "e\\.");

        assertEquals(
                "listed - listed listed listed",
                verdicts(list, "a\\.b.example", "b.example", "a\\032b.example", "ax.example", "e\\."));
        assertEquals(2, list.leftOut().broken());
    }

    @Test
    void whatIsSaidTwiceCountsOnceAndTogether() {
        ReadList list = read(
                "0.0.0.0 a.example", "*.a.example", "0.0.0.0 a.example", ":: A.example", "*.b.example", "b.example");

        assertEquals(2, list.names().size());
        assertEquals(
                "listed listed listed listed", verdicts(list, "a.example", "x.a.example", "b.example", "x.b.example"));
    }

    @Test
    void aFileWithoutNamesIsNoList() {
        for (String text : List.of("", "# nothing\n", "x".repeat(70_000), "example.com##.ad\n")) {
            assertThrows(
                    IOException.class,
                    () -> ReadList.from(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8))),
                    text);
        }
    }

    @Test
    void aPageInPlaceOfAListIsNoList() {
        IOException e = assertThrows(
                IOException.class,
                () -> ReadList.from(new ByteArrayInputStream(
                        "<!DOCTYPE html>\n<html><body>404</body></html>\n".getBytes(StandardCharsets.UTF_8))));

        assertTrue(e.getMessage().startsWith("it is not a list of names: line 1: "), e.getMessage());
    }

    @Test
    void tooManyNamesAreNotRead() {
        byte[] text = "a.example\nb.example\na.example\nc.example\n".getBytes(StandardCharsets.UTF_8);

        IOException e =
                assertThrows(TooManyNamesException.class, () -> ReadList.from(new ByteArrayInputStream(text), 2));
        assertEquals("it has more than 2 names", e.getMessage());
    }

    @Test
    void linesOfAnyLengthAreReadInLittleMemory() {
        String hosts = "0.0.0.0" + " a.example".repeat(5_000);
        ReadList list = read("x".repeat(1 << 20), hosts, "b.example");

        assertEquals("listed listed", verdicts(list, "a.example", "b.example"));
        assertEquals(1, list.leftOut().broken());
    }
}
