package org.waymark.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.waymark.Duty;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedErrorCodeOption;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** Answers cut and changed at every byte are kept only if they are sound, and then their TTLs are where dnsjava's parser finds them. */
class MangledAnswersTest {
    private static final int OFFSET = 5;
    private static final Name ZONE = Name.fromConstantString("com.");

    private final KeepableAnswer reader = new KeepableAnswer();

    private static byte[] answer(int rcode, Consumer<Message> records) {
        Message answer = Messages.query();
        answer.getHeader().setFlag(Flags.QR);
        answer.getHeader().setRcode(rcode);
        records.accept(answer);
        return answer.toWire(65_535);
    }

    private static void addA(Message answer, Name owner, long ttl) {
        try {
            answer.addRecord(new ARecord(owner, DClass.IN, ttl, InetAddress.getByName("192.0.2.1")), Section.ANSWER);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void addSoa(Message answer) {
        answer.addRecord(new SOARecord(ZONE, DClass.IN, 900, ZONE, ZONE, 1, 3_600, 600, 86_400, 60), Section.AUTHORITY);
    }

    private static List<byte[]> samples() {
        Name alias = Name.fromConstantString("alias.example.com.");
        return List.of(
                answer(0, answer -> {
                    addA(answer, Messages.EXAMPLE, 300);
                    addA(answer, Messages.EXAMPLE, 200);
                    answer.addRecord(
                            new OPTRecord(1232, 0, 0, 0x8000, new ExtendedErrorCodeOption(3, "old")),
                            Section.ADDITIONAL);
                }),
                answer(0, answer -> {
                    answer.addRecord(new CNAMERecord(Messages.EXAMPLE, DClass.IN, 100, alias), Section.ANSWER);
                    addA(answer, alias, 70_000);
                }),
                answer(0, MangledAnswersTest::addSoa),
                answer(3, MangledAnswersTest::addSoa),
                answer(2, answer -> answer.addRecord(new OPTRecord(1232, 0, 0), Section.ADDITIONAL)));
    }

    @Test
    @Duty(56)
    void noCutAnswerIsKept() {
        for (byte[] sample : samples()) {
            assertTrue(reader.read(Messages.embed(sample, OFFSET)));
            for (int length = 0; length < sample.length; length++) {
                byte[] cut = Arrays.copyOf(sample, length);
                assertFalse(reader.read(Messages.embed(cut, OFFSET)), () -> hex(cut));
            }
        }
    }

    @Test
    @Duty(56)
    void noChangeOfAByteIsMisread() {
        int kept = 0;
        for (byte[] sample : samples()) {
            for (int position = 0; position < sample.length; position++) {
                for (int value = 0; value < 256; value++) {
                    byte[] changed = sample.clone();
                    changed[position] = (byte) value;
                    kept += isSoundIfKept(changed) ? 1 : 0;
                }
            }
        }
        assertTrue(kept > 10_000, "only " + kept + " were kept");
    }

    @Test
    void noChangesOfManyBytesAreMisread() {
        long seed = System.nanoTime();
        System.out.println("MangledAnswersTest seed " + seed);
        Random random = new Random(seed);
        List<byte[]> samples = samples();
        for (int round = 0; round < 100_000; round++) {
            byte[] changed = samples.get(random.nextInt(samples.size())).clone();
            for (int changes = 1 + random.nextInt(6); changes > 0; changes--) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            }
            isSoundIfKept(changed);
        }
    }

    private boolean isSoundIfKept(byte[] bytes) {
        WireMessage message = Messages.embed(bytes, OFFSET);
        if (!reader.read(message)) {
            return false;
        }
        assertFalse(message.isTruncated(), () -> hex(bytes));
        assertEquals(1, message.questions(), () -> hex(bytes));
        assertTrue(List.of(0, 2, 3).contains(message.rcode()), () -> hex(bytes));
        assertTrue(reader.isFailure() || reader.seconds() > 0, () -> hex(bytes));
        agreesWithDnsjava(bytes);
        return true;
    }

    /** Of what dnsjava can't read, such as an address of three bytes, it says nothing; Waymark does not look into the data of records. */
    private void agreesWithDnsjava(byte[] bytes) {
        Message parsed;
        try {
            parsed = new Message(bytes);
        } catch (IOException | RuntimeException e) {
            return;
        }
        List<Long> expected = new ArrayList<>();
        for (int section = Section.ANSWER; section <= Section.ADDITIONAL; section++) {
            for (Record record : parsed.getSection(section)) {
                if (record.getType() != Type.OPT) {
                    expected.add(record.getTTL());
                }
            }
        }
        List<Long> found = new ArrayList<>();
        for (int i = 0; i < reader.ttls(); i++) {
            int ttl = ByteBuffer.wrap(bytes).getInt(reader.ttlPosition(i));
            found.add((long) Math.max(0, ttl));
        }
        assertEquals(expected, found, () -> hex(bytes));
        assertTrue(reader.isFailure() || expected.stream().allMatch(ttl -> reader.seconds() <= ttl), () -> hex(bytes));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
