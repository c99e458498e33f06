package org.waymark.ruleset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ConditionsTest {
    @Test
    void guardAgainstUnmarkedPacketsIsRecognised() {
        assertTrue(not(Field.PACKET_MARK, "0x0/0xffffffff").packetMarkNotZero());
        assertTrue(is(Field.PACKET_MARK, "0x89/0xff").packetMarkNotZero());
        assertFalse(not(Field.PACKET_MARK, "0x89/0xff").packetMarkNotZero());
        assertFalse(not(Field.CONNECTION_MARK, "0x0/0xffffffff").packetMarkNotZero());
        assertFalse(Conditions.NONE.packetMarkNotZero());
    }

    @Test
    void guardAgainstMarkedPacketsIsRecognised() {
        assertTrue(is(Field.PACKET_MARK, "0x0/0xffffffff").packetMarkZero());
        assertFalse(not(Field.PACKET_MARK, "0x0/0xffffffff").packetMarkZero());
        assertFalse(is(Field.PACKET_MARK, "0x0/0xff", "0x1/0xff").packetMarkZero());
        assertFalse(Conditions.NONE.packetMarkZero());
    }

    @Test
    void allConditionsAboutAFieldCount() {
        Conditions both = is(Field.PACKET_MARK, "0x1/0xf", "0x2/0xf").and(not(Field.PACKET_MARK, "0x20/0xf0"));

        assertTrue(both.admitsPacketMark(0x12));
        assertFalse(both.admitsPacketMark(0x22));
        assertFalse(both.admitsPacketMark(0x13));
        assertTrue(both.admitsConnectionMark(0x13));
    }

    @Test
    void portsMayBeRanges() {
        Conditions ports = is(Field.DESTINATION_PORT, "53", "1000-2000");

        assertTrue(ports.admitsDestinationPort(53));
        assertTrue(ports.admitsDestinationPort(1500));
        assertFalse(ports.admitsDestinationPort(54));
        assertFalse(not(Field.DESTINATION_PORT, "50-60").admitsDestinationPort(53));
        assertTrue(ports.admitsSourcePort(54));
    }

    @Test
    void excludedValuesAreNotAmongThoseThatTheRuleAppliesTo() {
        Conditions clients = is(Field.SOURCE, "10.0.0.0/8").and(not(Field.SOURCE, "10.0.0.1"));

        assertEquals(List.of("10.0.0.0/8"), clients.values(Field.SOURCE));
        assertTrue(is(Field.PROTOCOL, "udp", "tcp").admits(Field.PROTOCOL, "tcp"));
        assertFalse(not(Field.DIRECTION, "reply").admits(Field.DIRECTION, "reply"));
    }

    private static Conditions is(Field field, String... values) {
        return new Conditions(List.of(Condition.is(field, values)));
    }

    private static Conditions not(Field field, String... values) {
        return new Conditions(List.of(new Condition(field, true, List.of(values))));
    }
}
