package org.waymark.dns;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.GenericEDNSOption;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSIDOption;

class PaddingTest {
    private static final int OFFSET = 7;

    @Test
    void fillsToAMultipleOfTheBlockWhateverTheLength() throws Exception {
        for (int data = 0; data < 300; data++) {
            byte[] query = Messages.queryWithEdns(1232, 0, new GenericEDNSOption(100, new byte[data]));
            byte[] padded = pad(query);
            assertEquals(0, padded.length % Padding.BLOCK);
            assertTrue(padded.length < query.length + 4 + Padding.BLOCK);
            assertEquals(
                    List.of(option(12, new int[padded.length - query.length - 4])),
                    new Message(padded).getOPT().getOptions(12));
        }
    }

    @Test
    void comesOutAgainWithoutATrace() {
        byte[] plain = Messages.queryWithEdns(1232, 0);
        byte[] withOptions = Messages.queryWithEdns(1232, 0, new NSIDOption(new byte[0]), option(100, 1, 2, 3));
        assertArrayEquals(plain, strip(pad(plain)));
        assertArrayEquals(withOptions, strip(pad(withOptions)));
    }

    @Test
    void leavesAlonePaddingOfTheClientsOwn() {
        assertNull(pad(Messages.queryWithEdns(1232, 0, option(12, 0, 0))));
        assertNull(pad(pad(Messages.queryWithEdns(1232, 0))));
    }

    @Test
    void leavesAloneWhatHasNoOptAtItsEnd() throws Exception {
        Message signed = new Message(Messages.queryWithEdns(1232, 0));
        signed.setTSIG(new org.xbill.DNS.TSIG(org.xbill.DNS.TSIG.HMAC_SHA256, "key.", "c2VjcmV0"));
        byte[] edns = Messages.queryWithEdns(1232, 0);
        assertNull(pad(Messages.query().toWire()));
        assertNull(pad(signed.toWire(65_535)));
        assertNull(pad(Arrays.copyOf(edns, edns.length + 1)));
        byte[] update = edns.clone();
        update[2] |= Header.OPCODE_UPDATE << 3;
        assertNull(pad(update));
    }

    @Test
    void leavesAloneWhatWouldBecomeTooLong() {
        int others = Messages.queryWithEdns(1232, 0).length + 4;
        byte[] largest = Messages.queryWithEdns(1232, 0, new GenericEDNSOption(100, new byte[65_408 - 4 - others]));
        assertEquals(65_408, pad(largest).length);
        assertNull(pad(Messages.queryWithEdns(1232, 0, new GenericEDNSOption(100, new byte[65_408 - 3 - others]))));
    }

    @Test
    void takesPaddingFromBetweenOtherOptions() {
        byte[] padded = Messages.queryWithEdns(
                1232, 0, option(12), option(100, 1), option(12, 0, 0, 0), option(12, 7), option(101, 2, 3), option(12));
        assertArrayEquals(Messages.queryWithEdns(1232, 0, option(100, 1), option(101, 2, 3)), strip(padded));
    }

    @Test
    void keepsWhatLiesBehindTheOptWhereItIs() {
        byte[] padded = pad(Messages.queryWithEdns(1232, 0));
        byte[] more = Messages.join(padded, Messages.record(0));
        more[Header.ADDITIONALS + 1]++;
        assertArrayEquals(more, strip(more));
    }

    @Test
    void leavesEveryCutAlone() throws Exception {
        for (byte[] sample : Messages.samples()) {
            byte[] padded = pad(sample);
            byte[] message = padded == null ? sample : padded;
            for (int length = 0; length < message.length; length++) {
                byte[] cut = Arrays.copyOf(message, length);
                assertNull(pad(cut));
                assertArrayEquals(cut, strip(cut));
            }
        }
    }

    @Test
    void neverDamagesAMessageOfAnyKind() throws Exception {
        long seed = System.nanoTime();
        System.out.println("PaddingTest seed " + seed);
        Random random = new Random(seed);
        var samples = Messages.samples();
        for (int round = 0; round < 50_000; round++) {
            byte[] message = samples.get(random.nextInt(samples.size())).clone();
            for (int changes = random.nextInt(6); changes > 0; changes--) {
                message[random.nextInt(message.length)] = (byte) random.nextInt(256);
            }
            byte[] stripped = strip(message);
            assertArrayEquals(stripped, strip(stripped));
            byte[] padded = pad(message);
            if (padded != null) {
                assertEquals(0, padded.length % Padding.BLOCK);
                assertArrayEquals(message, strip(padded));
            }
        }
    }

    private static GenericEDNSOption option(int code, int... data) {
        byte[] bytes = new byte[data.length];
        for (int i = 0; i < data.length; i++) {
            bytes[i] = (byte) data[i];
        }
        return new GenericEDNSOption(code, bytes);
    }

    /** Pads a message in a larger array, as queries are stored. */
    private static byte[] pad(byte[] query) {
        assertNotNull(query);
        byte[] roomy = Arrays.copyOf(query, query.length + 300);
        Arrays.fill(roomy, query.length, roomy.length, (byte) 0xaa);
        WireMessage padded = Padding.pad(new WireMessage().at(ByteBuffer.wrap(roomy), 0, query.length));
        return padded == null ? null : padded.bytes();
    }

    private static byte[] strip(byte[] answer) {
        WireMessage message = Messages.embed(answer, OFFSET);
        Padding.strip(message);
        return message.bytes();
    }
}
