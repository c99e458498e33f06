package org.waymark.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SipHashTest {
    /** Of bytes 1, 8, 15 and so on. CPython 3.11 says the same, with the key 0 (PYTHONHASHSEED=0). */
    @ParameterizedTest
    @CsvSource({
        "8, d22d9341176d0728",
        "9, 4ec42971d570753b",
        "15, 566f711d32f59152",
        "16, 7e6bfb8bf1d36ac4",
        "23, 533300b1e6795446",
        "40, af08005c19450807",
        "71, 293ec3d58d46be76",
    })
    void isTheOneThatOthersHave(int length, String hash) {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        for (int i = 0; i < length; i++) {
            bytes.put(i, (byte) (i * 7 + 1));
        }
        long first = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN).getLong(0);
        long actual = new SipHash(0, 0).of(first, bytes, Long.BYTES, length, SipHash.AS_THEY_ARE);
        assertEquals(hash, String.format("%016x", actual));
    }

    @Test
    void dependsOnTheKey() {
        SplittableRandom random = new SplittableRandom(1);
        assertNotEquals(
                SipHash.drawnFrom(random).of(1), SipHash.drawnFrom(random).of(1));
    }
}
