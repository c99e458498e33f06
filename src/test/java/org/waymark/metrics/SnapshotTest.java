package org.waymark.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class SnapshotTest {
    private final Counters one = new Counters();
    private final Counters other = new Counters();

    @Test
    void addsUpAllWorkers() {
        one.add(Count.ANSWERS);
        other.add(Count.ANSWERS);
        other.add(Count.ANSWERS);
        Snapshot snapshot = Snapshot.of(List.of(one, other));
        one.add(Count.ANSWERS);

        assertEquals(3, snapshot.get(Count.ANSWERS), "what is counted later is not in it");
        assertEquals(0, snapshot.get(Count.TIMEOUTS));
    }

    @Test
    void countsResponsesByTheirCodes() {
        one.responded(0, 1_000);
        one.responded(3, 1_000);
        other.responded(3, 5_000);
        Snapshot snapshot = Snapshot.of(List.of(one, other));

        assertEquals(1, snapshot.responses(0));
        assertEquals(2, snapshot.responses(3));
        assertEquals(0, snapshot.responses(5));
        assertEquals(3, snapshot.requestDurations().count());
        assertEquals(7_000, snapshot.requestDurations().nanos());
    }
}
