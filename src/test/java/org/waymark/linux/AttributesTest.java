package org.waymark.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AttributesTest {
    private static final int NUMBER = 3;
    private static final int TEXT = 4;
    private static final int NESTED = 5;
    private static final int MISSING = 6;

    private final ByteBuffer buffer = ByteBuffer.allocate(256);
    private final NetfilterRequests requests = new NetfilterRequests(buffer);
    private final Attributes attributes = new Attributes(buffer);

    @Test
    void findsWhatWasWritten() {
        requests.begin(1, 0, 0, 0, 0);
        requests.attribute(NUMBER, (short) 0xabcd);
        requests.attribute(TEXT, "waymark-1");
        int nested = requests.beginNested(NESTED);
        requests.attribute(NUMBER, 0x12345678);
        requests.attribute(TEXT, new byte[] {'a', 'b', 0, 'c', 'd'});
        requests.endNested(nested);
        requests.end();

        int end = requests.length();
        assertEquals(0xabcd, attributes.int16(attributes.find(NUMBER, Attributes.START, end)));
        assertEquals("waymark-1", attributes.text(attributes.find(TEXT, Attributes.START, end)));
        int inner = attributes.find(NESTED, Attributes.START, end);
        assertEquals(0x12345678, attributes.int32(attributes.find(NUMBER, inner, attributes.end(inner))));
        assertEquals("ab", attributes.text(attributes.find(TEXT, inner, attributes.end(inner))));
        assertEquals(Attributes.NONE, attributes.find(MISSING, Attributes.START, end));
        assertEquals(Attributes.NONE, attributes.find(NESTED, inner, attributes.end(inner)));
    }

    /** Sizes may be wrong: the search must still end, and stay within the buffer. */
    @Test
    void findsAnEndInWhateverBytes() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 10_000; i++) {
            random.nextBytes(buffer.array());
            int end = random.nextInt(buffer.capacity());
            int found = attributes.find(random.nextInt(8), 0, end);
            assertTrue(found == Attributes.NONE || found >= 4 && found <= end, "seed " + seed);
        }
    }
}
