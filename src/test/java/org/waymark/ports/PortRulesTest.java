package org.waymark.ports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.waymark.Duty;

class PortRulesTest {
    @Test
    @Duty(16)
    void readsSinglePortsAndRanges() {
        BitSet expected = new BitSet();
        expected.set(8080);
        expected.set(9000, 9003);
        assertEquals(expected, PortRules.parse("8080,9000-9002"));
    }

    @Test
    void reservesNothingWhenTheListIsEmpty() {
        assertTrue(PortRules.parse("").isEmpty());
    }

    @Test
    void setsThePortsAsideThatAreListenedOn() {
        BitSet reserved = PortRules.ofThisHost(IntStream.of(53, 5353)).reserved();
        assertTrue(reserved.get(53));
        assertTrue(reserved.get(5353));
    }
}
