package org.waymark.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class HeaderTest {
    private static final int OFFSET = 5;

    private final ByteBuffer message = Messages.embed(Messages.raw(1, 2, 3, 65535), OFFSET);

    @Test
    void readsCounts() {
        assertEquals(1, Header.questions(message, OFFSET));
        assertEquals(2, Header.answers(message, OFFSET));
        assertEquals(3, Header.authorities(message, OFFSET));
        assertEquals(65535, Header.additionals(message, OFFSET));
    }

    @Test
    void changesTheIdAndNothingElse() {
        ByteBuffer before = ByteBuffer.allocate(message.capacity()).put(0, message, 0, message.capacity());
        Header.setId(message, OFFSET, 0xfffe);
        assertEquals(0xfffe, Header.id(message, OFFSET));
        Header.setId(message, OFFSET, Messages.ID);
        assertEquals(before, message.clear());
    }

    @Test
    void readsFlagsOneByOne() {
        message.putShort(OFFSET + Header.FLAGS, (short) 0);
        assertFalse(Header.isResponse(message, OFFSET));
        assertFalse(Header.isTruncated(message, OFFSET));
        assertEquals(0, Header.opcode(message, OFFSET));
        assertEquals(0, Header.rcode(message, OFFSET));
        message.putShort(OFFSET + Header.FLAGS, (short) 0x8000);
        assertTrue(Header.isResponse(message, OFFSET));
        message.putShort(OFFSET + Header.FLAGS, (short) 0x0200);
        assertTrue(Header.isTruncated(message, OFFSET));
        message.putShort(OFFSET + Header.FLAGS, (short) 0x7800);
        assertEquals(15, Header.opcode(message, OFFSET));
        assertEquals(0, Header.rcode(message, OFFSET));
        message.putShort(OFFSET + Header.FLAGS, (short) 0x000f);
        assertEquals(15, Header.rcode(message, OFFSET));
        assertEquals(0, Header.opcode(message, OFFSET));
    }
}
