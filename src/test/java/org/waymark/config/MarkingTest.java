package org.waymark.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class MarkingTest {
    private static final String FROM_PACKETS = Text.LEAST + "[mark]\nsource = \"packet\"\n";

    @Test
    void takesMarksFromPacketsWhenConfigured() throws ConfigurationException {
        assertEquals(Marking.Source.PACKET, Text.read(FROM_PACKETS).marking().source());
        assertEquals(List.of(), Text.warnings(FROM_PACKETS + "mask = 0xff\nzones = [7]\nanswers = true\n"));
    }

    @Test
    void warnsOfUnknownMarksWherePacketsAlwaysHaveOne() throws ConfigurationException {
        String never = " is never used: with mark.source = \"packet\" every query has a mark, even if it is 0";

        assertEquals(
                List.of("mark.unknown:" + never, "mark.unknown-mark:" + never),
                Text.warnings(FROM_PACKETS + "unknown = \"refuse\"\nunknown-mark = 7\n"));
        assertEquals(List.of(), Text.warnings(Text.LEAST + "[mark]\nunknown = \"refuse\"\n"));
    }

    @Test
    void readsMarksInAnyBaseAsNumbersAndAsStrings() throws ConfigurationException {
        for (String mark : List.of("137", "0x89", "0o211", "0b10001001", "\"137\"", "'0x89'", "\"0211\"")) {
            assertEquals(
                    137,
                    Text.read(Text.LEAST + "[mark]\nmask = " + mark).marking().mask(),
                    mark);
        }
        assertEquals(
                0xffffffff,
                Text.read(Text.LEAST + "[mark]\nmask = 4294967295").marking().mask());
    }
}
