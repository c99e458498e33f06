package org.waymark.dns;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class WireMessageTest {
    private static final int OFFSET = 5;

    private final WireMessage message = Messages.embed(Messages.raw(1, 2, 3, 65535), OFFSET);

    @Test
    void readsCounts() {
        assertEquals(1, message.questions());
        assertEquals(2, message.answers());
        assertEquals(3, message.authorities());
        assertEquals(65535, message.additionals());
    }

    @Test
    void changesTheIdAndNothingElse() {
        byte[] before = message.bytes();
        message.setId(0xfffe);
        assertEquals(0xfffe, message.id());
        message.setId(Messages.ID);
        assertArrayEquals(before, message.bytes());
    }

    @Test
    void readsFlagsOneByOne() {
        message.putShort(Header.FLAGS, 0);
        assertFalse(message.isResponse());
        assertFalse(message.isTruncated());
        assertEquals(0, message.opcode());
        assertEquals(0, message.rcode());
        message.putShort(Header.FLAGS, 0x8000);
        assertTrue(message.isResponse());
        message.putShort(Header.FLAGS, 0x0200);
        assertTrue(message.isTruncated());
        message.putShort(Header.FLAGS, 0x7800);
        assertEquals(15, message.opcode());
        assertEquals(0, message.rcode());
        message.putShort(Header.FLAGS, 0x000f);
        assertEquals(15, message.rcode());
        assertEquals(0, message.opcode());
    }
}
