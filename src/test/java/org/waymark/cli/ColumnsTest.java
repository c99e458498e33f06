package org.waymark.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ColumnsTest {
    private final Columns columns = new Columns("NAME", ">PORT", "WHY").atMost(10);

    @Test
    void columnsGrowWithTheirCells() {
        assertEquals("NAME  PORT  WHY", columns.heading());
        assertEquals("longer     1  none", columns.line("longer", "1", "none"));
        assertEquals("a         22", columns.line("a", "22", ""));
    }

    @Test
    void longCellMovesTheRestOfItsOwnLineOnly() {
        String name = "x".repeat(900);
        assertEquals(name + "     1  w", columns.line(name, "1", "w"));
        assertEquals("a              1  w", columns.line("a", "1", "w"));
    }
}
