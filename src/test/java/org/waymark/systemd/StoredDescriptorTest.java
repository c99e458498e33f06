package org.waymark.systemd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoredDescriptorTest {
    private static final String PID = Long.toString(ProcessHandle.current().pid());

    @Test
    void haveTheirNames() {
        assertEquals(
                List.of(new StoredDescriptor(3, "tcp-[__]_53"), new StoredDescriptor(4, "udp-[__]_53")),
                StoredDescriptor.handedOver(
                        Map.of("LISTEN_PID", PID, "LISTEN_FDS", "2", "LISTEN_FDNAMES", "tcp-[__]_53:udp-[__]_53")));
    }

    @Test
    void areNamelessWithoutANameForEach() {
        assertEquals(
                List.of(new StoredDescriptor(3, "stored"), new StoredDescriptor(4, "stored")),
                StoredDescriptor.handedOver(Map.of("LISTEN_PID", PID, "LISTEN_FDS", "2", "LISTEN_FDNAMES", "one")));
    }

    @Test
    void areNotThisProcessesIfTheyAreForAnother() {
        assertEquals(List.of(), StoredDescriptor.handedOver(Map.of()));
        assertEquals(List.of(), StoredDescriptor.handedOver(Map.of("LISTEN_PID", "1", "LISTEN_FDS", "2")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "two", "99999999999"})
    void areNoneWithoutANumber(String count) {
        assertEquals(List.of(), StoredDescriptor.handedOver(Map.of("LISTEN_PID", PID, "LISTEN_FDS", count)));
    }
}
