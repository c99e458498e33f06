package org.waymark.names;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.waymark.names.Lists.read;
import static org.waymark.names.Lists.readText;
import static org.waymark.names.Lists.verdicts;

import java.util.List;
import org.junit.jupiter.api.Test;

class PolicyZoneTest {
    private static final String HEAD = """
            ; a policy
            $TTL 2h
            @ IN SOA localhost. root.localhost. (
                1 ; serial
                6h 1h 1w 2h )
              IN NS localhost.
            """;

    @Test
    void targetsOfAliasesAreActions() {
        ReadList list = readText(HEAD + """
                nxdomain.example CNAME .
                nodata.example CNAME *.
                pass.example CNAME rpz-passthru.
                drop.example CNAME rpz-drop.
                tcp.example CNAME rpz-tcp-only.
                """);

        assertEquals(
                "NXDOMAIN NODATA FORWARD DROP TRUNCATE - -",
                verdicts(
                        list,
                        "nxdomain.example",
                        "NODATA.example",
                        "pass.example",
                        "drop.example",
                        "tcp.example",
                        "x.drop.example",
                        "example"));
        assertEquals(5, list.names().size());
        assertEquals(new LeftOut(0, List.of(), 0, List.of()), list.leftOut());
    }

    @Test
    void exactNamesCountMoreThanAsterisksAndLongerOnesMoreThanShorter() {
        ReadList list = readText(HEAD + """
                *.example CNAME .
                *.b.example CNAME *.
                c.b.example CNAME rpz-passthru.
                b.example CNAME rpz-drop.
                """);

        assertEquals(
                "- NXDOMAIN DROP NODATA FORWARD NODATA",
                verdicts(list, "example", "a.example", "b.example", "a.b.example", "c.b.example", "x.c.b.example"));
    }

    @Test
    void otherRecordsAreTheAnswer() {
        ReadList list = readText(HEAD + """
                two.example A 192.0.2.1
                            A 192.0.2.2
                            AAAA 2001:db8::1
                            A 192.0.2.1
                alias.example 60 IN CNAME walled.garden.
                text.example TXT "no; \\"really\\""
                """);

        assertEquals("[A 192.0.2.1, A 192.0.2.2, AAAA 2001:db8:0:0:0:0:0:1]", verdicts(list, "two.example"));
        assertEquals("[CNAME walled.garden.]", verdicts(list, "alias.example"));
        assertEquals("[TXT \"no; \\\"really\\\"\"]", verdicts(list, "text.example"));
        assertEquals(3, list.names().size());
    }

    @Test
    void ofSeveralActionsForANameTheFirstCounts() {
        ReadList list = readText(HEAD + """
                a.example CNAME .
                a.example CNAME rpz-passthru.
                a.example A 192.0.2.1
                b.example A 192.0.2.1
                b.example CNAME .
                """);

        assertEquals("NXDOMAIN [A 192.0.2.1]", verdicts(list, "a.example", "b.example"));
    }

    @Test
    void theNameOfTheZoneIsNotPartOfTheTriggers() {
        ReadList list = read(
                "$ORIGIN rpz.example.org.",
                "@ 60 SOA localhost. root.localhost. 1 6h 1h 1w 2h",
                "bad.example 60 CNAME .",
                "*.bad.example 60 CNAME .",
                "other.example.rpz.example.org. 60 CNAME .",
                "$ORIGIN example.rpz.example.org.",
                "third CNAME *.",
                "outside.example. CNAME .");

        assertEquals(
                "NXDOMAIN NXDOMAIN NXDOMAIN NODATA -",
                verdicts(
                        list,
                        "bad.example",
                        "x.bad.example",
                        "other.example",
                        "third.example",
                        "bad.example.rpz.example.org"));
        assertEquals(
                List.of(new BadLine(8, "\"outside.example\" is not in the zone \"rpz.example.org\"")),
                list.leftOut().firstBroken());
    }

    @Test
    void triggersOtherThanNamesAreCountedAndLeftOut() {
        ReadList list = readText(HEAD + """
                24.0.2.0.192.rpz-ip CNAME .
                32.1.2.0.192.rpz-client-ip CNAME rpz-drop.
                ns.example.rpz-nsdname CNAME .
                32.zz.db8.2001.rpz-nsip CNAME .
                ask.example CNAME *.garden.example.
                a.example CNAME .
                """);

        assertEquals(1, list.names().size());
        assertEquals(5, list.leftOut().useless());
        assertEquals(
                new BadLine(7, "its trigger rpz-ip is not the name of a query"),
                list.leftOut().firstUseless().get(0));
    }

    @Test
    void brokenRecordsAreToldAndTheOthersCount() {
        ReadList list = readText(HEAD + """
                a.example CNAME .
                b.example A 192.0.2.300
                c.example CNAME
                d.example NOTYPE x
                e.example CNAME . surplus
                f..example CNAME .
                $INCLUDE /etc/passwd
                g.example CNAME .
                h.example CNAME ( .
                  )
                """);

        assertEquals(
                "NXDOMAIN - - - - NXDOMAIN NXDOMAIN",
                verdicts(
                        list,
                        "a.example",
                        "b.example",
                        "c.example",
                        "d.example",
                        "e.example",
                        "g.example",
                        "h.example"));
        assertEquals(
                List.of(8, 9, 10, 11, 12),
                list.leftOut().firstBroken().stream().map(BadLine::number).toList());
        assertEquals(6, list.leftOut().broken());
    }

    @Test
    void aFaultDoesNotForgetTheOrigin() {
        ReadList list = read(
                "$ORIGIN rpz.",
                "$TTL 60",
                "@ SOA localhost. root.localhost. 1 6h 1h 1w 2h",
                "broken A x",
                "a.example CNAME .");

        assertEquals("NXDOMAIN", verdicts(list, "a.example"));
    }

    @Test
    void anOpenParenthesisDoesNotFillTheMemory() {
        String rest = "b.example CNAME .\n".repeat(200_000);
        ReadList list = readText(HEAD + "a.example CNAME .\nx.example TXT ( open\n" + rest);

        assertEquals("NXDOMAIN NXDOMAIN", verdicts(list, "a.example", "b.example"));
        assertEquals(1, list.leftOut().broken());
    }

    @Test
    void differentAnswersHaveALimit() {
        StringBuilder zone = new StringBuilder(HEAD);
        int names = NameCollector.MOST_VERDICTS + 10;
        for (int i = 0; i < names; i++) {
            zone.append("n")
                    .append(i)
                    .append(".example A 10.0.")
                    .append(i >> 8)
                    .append('.')
                    .append(i & 0xff)
                    .append('\n');
        }

        ReadList list = readText(zone.toString());

        assertEquals(NameCollector.MOST_VERDICTS, list.names().size());
        assertEquals(10, list.leftOut().useless());
    }

    @Test
    void classesOtherThanInAreNothing() {
        ReadList list = readText(HEAD + "a.example CH TXT x\nb.example CNAME .\n");

        assertEquals("- NXDOMAIN", verdicts(list, "a.example", "b.example"));
    }
}
