package org.waymark.mark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MarkMaskTest {
    @ParameterizedTest
    @ValueSource(strings = {"137", "0x89", "0X89", "0211", "0o211", "0b10001001", "0x00000000000000089"})
    void readsAMarkInAnyBase(String text) {
        assertEquals(137, Mark.parse(text));
    }

    @Test
    void readsTheSmallestAndTheLargestMark() {
        assertEquals(0, Mark.parse("0"));
        assertEquals(0xffffffff, Mark.parse("0xffffffff"));
        assertEquals(0xffffffff, Mark.parse("4294967295"));
        assertEquals(0x80000000, Mark.parse("0b10000000000000000000000000000000"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "0x", "0b2", "089", "-1", "+1", "0x-1", "1 ", "1_000", "٣", "0x1/0x1", "all"})
    void refusesWhatIsNoMark(String text) {
        IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, () -> Mark.parse(text));
        assertEquals("\"" + text + "\" is not a mark such as 137, 0x89 or 0211", refusal.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"4294967296", "0x100000000", "0xffffffffffffffffffff", "99999999999999999999999999999999"})
    void refusesMoreThan32Bits(String text) {
        IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, () -> Mark.parse(text));
        assertEquals("\"" + text + "\" has more than 32 bits", refusal.getMessage());
    }

    @Test
    void aValueWithoutAMaskIsAboutAllBits() {
        assertEquals(new MarkMask(0x100, 0xffffffff), MarkMask.parse("256"));
    }

    @Test
    void readsValueAndMaskAndWritesThemBack() {
        assertEquals(new MarkMask(0x100, 0xf00), MarkMask.parse("256/0xf00"));
        assertEquals("0x100/0xf00", MarkMask.parse("256/0xf00").toString());
        assertEquals("0xffffffff/0x0", MarkMask.parse("0xffffffff/0").toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "1/", "/1", "1/2/3", ""})
    void refusesAnythingElse(String text) {
        assertThrows(IllegalArgumentException.class, () -> MarkMask.parse(text));
    }

    @Test
    void matchesAsConnmarkDoes() {
        MarkMask pattern = MarkMask.parse("0x100/0xf00");
        assertTrue(pattern.matches(0xabc1_01ff));
        assertFalse(pattern.matches(0x200));
        assertFalse(pattern.matches(0));
        assertTrue(MarkMask.parse("0/0").matches(0xffffffff));
        // A value with a bit outside of the mask never matches, as in connmark.
        assertFalse(MarkMask.parse("0x1/0x2").matches(0x1));
    }

    @ParameterizedTest
    @CsvSource({
        "0x1/0xff,       0xabcd, 0xab01",
        "0x5,            0xabcd, 0x5",
        "0/0,            0xabcd, 0xabcd",
        "0xf0/0x0f,      0xabcd, 0xab30",
        "0x80000000/0x80000000, 0x1, 0x80000001",
    })
    void changesAsSetXmarkDoes(String change, String before, String after) {
        assertEquals(Mark.parse(after), MarkMask.parse(change).applyTo(Mark.parse(before)));
    }

    @ParameterizedTest(name = "{0} covers {1}: {2}")
    @CsvSource({
        "0x0/0x0, 0x1/0xff, true",
        "0x100/0xf00, 0x108/0xf0f, true",
        "0x100/0xf00, 0x100/0xf00, true",
        "0x100/0xf00, 0x200/0xf00, false",
        "0x108/0xf0f, 0x100/0xf00, false",
        "0x100/0xf00, 0x100/0x100, false",
    })
    void coversWhatMatchesWheneverTheOtherDoes(String one, String other, boolean covers) {
        assertEquals(covers, MarkMask.parse(one).covers(MarkMask.parse(other)));
    }

    @Test
    void canNotMatchWithBitsOutsideOfTheMask() {
        assertTrue(MarkMask.parse("0x1/0xff").canMatch());
        assertFalse(MarkMask.parse("0x1ff/0xff").canMatch());
    }
}
