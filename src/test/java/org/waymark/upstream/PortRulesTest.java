package org.waymark.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.BitSet;
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

    /** Such a file gives all of it to the first read and nothing to the next; this one is the same on every Linux. */
    @Test
    void readsAllDigitsOfAKernelSetting() {
        assertEquals("65536", PortRules.read(Path.of("/proc/sys/kernel/ngroups_max"), "none"));
    }

    @Test
    void reservesNothingWhenTheListIsEmpty() {
        assertTrue(PortRules.parse("").isEmpty());
    }
}
