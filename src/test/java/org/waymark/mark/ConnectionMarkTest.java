package org.waymark.mark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionMarkTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 137, Integer.MAX_VALUE, Integer.MIN_VALUE, -1})
    void keepsEveryMark(int mark) {
        long connectionMark = ConnectionMark.known(mark);

        assertTrue(ConnectionMark.isKnown(connectionMark));
        assertEquals(mark, ConnectionMark.value(connectionMark));
    }

    @ParameterizedTest
    @ValueSource(longs = {ConnectionMark.NO_ENTRY, ConnectionMark.UNAVAILABLE})
    void doesNotTakeTheUnknownForAMark(long unknown) {
        assertFalse(ConnectionMark.isKnown(unknown));
        assertThrows(AssertionError.class, () -> ConnectionMark.value(unknown));
    }

    @Test
    void saysWhatTheLookUpTold() {
        assertEquals("mark 0x89 (137)", ConnectionMark.describe(ConnectionMark.known(137)));
        assertEquals("mark 0x0 (0)", ConnectionMark.describe(ConnectionMark.known(0)));
        assertEquals("no conntrack entry", ConnectionMark.describe(ConnectionMark.NO_ENTRY));
        assertEquals("conntrack unavailable", ConnectionMark.describe(ConnectionMark.UNAVAILABLE));
    }
}
