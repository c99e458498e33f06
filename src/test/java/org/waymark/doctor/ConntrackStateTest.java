package org.waymark.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class ConntrackStateTest {
    @Test
    void roomIsGoodUntilNineTenths() {
        assertEquals(Severity.OK, ConntrackState.room(899, 1000).severity());
        assertEquals(Severity.WARNING, ConntrackState.room(900, 1000).severity());
        assertEquals(Severity.FAULT, ConntrackState.room(1000, 1000).severity());
    }

    @Test
    void limitOfZeroIsNone() {
        assertEquals(Severity.OK, ConntrackState.room(1_000_000, 0).severity());
    }

    @Test
    void cureDoublesTheRoom() {
        assertEquals(
                List.of(Cure.run("sysctl -w net.netfilter.nf_conntrack_max=2000")),
                ConntrackState.room(1000, 1000).cures());
    }
}
