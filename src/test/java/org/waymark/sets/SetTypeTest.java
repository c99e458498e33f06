package org.waymark.sets;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SetTypeTest {
    private static Addition addition() throws Exception {
        return new Addition(
                List.of(SetName.parse("inet#garden#open")),
                0x01020304,
                List.of(InetAddress.getByName("192.0.2.7"), InetAddress.getByName("2001:db8::7")),
                300);
    }

    @Test
    void typesHaveTheNumbersOfNft() {
        assertEquals(Optional.of(SetType.IPV4_ADDR), SetType.of(7, 4));
        assertEquals(Optional.of(SetType.IPV6_ADDR), SetType.of(8, 16));
        assertEquals(Optional.of(SetType.MARK_IPV4_ADDR), SetType.of(19 << 6 | 7, 8));
        assertEquals(Optional.of(SetType.MARK_IPV6_ADDR), SetType.of(19 << 6 | 8, 20));
        assertEquals(Optional.empty(), SetType.of(7, 16));
    }

    @Test
    void markIsInTheOrderOfTheProcessorAndAddressInThatOfTheNetwork() throws Exception {
        Key key = SetType.MARK_IPV4_ADDR.keys(addition()).get(0);

        assertArrayEquals(new byte[] {4, 3, 2, 1, (byte) 192, 0, 2, 7}, SetType.MARK_IPV4_ADDR.bytes(key));
    }

    @ParameterizedTest
    @EnumSource
    void takesTheAddressesOfItsFamilyOnlyAndReadsItsOwnKeys(SetType type) throws Exception {
        List<Key> keys = type.keys(addition());
        assertEquals(1, keys.size());

        byte[] bytes = type.bytes(keys.get(0));
        ByteBuffer message = ByteBuffer.allocate(bytes.length + 8).position(4).put(bytes);
        assertEquals(Optional.of(keys.get(0)), type.read(message, 4, 4 + bytes.length));
        assertEquals(Optional.empty(), type.read(message, 4, 3 + bytes.length));
    }
}
