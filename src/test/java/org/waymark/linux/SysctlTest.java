package org.waymark.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class SysctlTest {
    /** The file of a setting returns everything to the first read and nothing to the next. This setting is the same on every Linux. */
    @Test
    void readsAllDigitsOfASetting() {
        assertEquals(Optional.of("65536"), Sysctl.read("kernel.ngroups_max"));
    }

    @Test
    void findsNothingWhereThereIsNoSuchSetting() {
        assertEquals(Optional.empty(), Sysctl.read("kernel.no_such_setting"));
    }
}
