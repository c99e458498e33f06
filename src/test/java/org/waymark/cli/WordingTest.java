package org.waymark.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class WordingTest {
    @Test
    void timesAreForPeople() {
        assertEquals("0 s", Wording.duration(0.4));
        assertEquals("59 s", Wording.duration(59.9));
        assertEquals("3 min 5 s", Wording.duration(185));
        assertEquals("3 h 12 min", Wording.duration(3 * 3_600 + 12 * 60 + 59));
        assertEquals("2 d 4 h", Wording.duration(2 * 86_400 + 4 * 3_600));
        assertEquals("-", Wording.millis(0));
        assertEquals("0.3 ms", Wording.millis(0.312));
        assertEquals("1.8 ms", Wording.millis(1.82));
        assertEquals("230 ms", Wording.millis(230.4));
        assertEquals("1.2 s", Wording.millis(1_234));
    }

    @Test
    void numbersHaveSeparatorsAndTheRightPlural() {
        assertEquals("1 query", Wording.count(1, "query", "queries"));
        assertEquals("12,345 queries", Wording.count(12_345, "query", "queries"));
        assertEquals("1,234.6", Wording.rate(1_234.56));
        assertEquals("0xffffffff (4294967295)", Wording.mark(0xffff_ffffL));
    }

    @Test
    void sizesHaveTheUnitThatFits() {
        assertEquals("0 B", Wording.size(0));
        assertEquals("1023 B", Wording.size(1023));
        assertEquals("1.0 KiB", Wording.size(1024));
        assertEquals("1.5 GiB", Wording.size(3L << 29));
        assertEquals("8.0 EiB", Wording.size(Long.MAX_VALUE));
    }

    @Test
    void columnsAlignAndGrow() {
        Table table = new Table("NAME", ">NUMBER", "WHY");
        table.add("a", "1", "");
        table.add("longer", "12,345,678", "x");

        assertEquals("""
                NAME        NUMBER  WHY
                a                1
                longer  12,345,678  x
                """, table.toString());
    }
}
