package org.waymark.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.waymark.Duty;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** Valid messages cut and changed at every byte, and compared with what dnsjava's parser says. */
class MangledMessagesTest {
    private static final int OFFSET = 5;

    private final QueryReader reader = new QueryReader();

    @Test
    @Duty(56)
    void findsEveryCutAndAnswersIt() throws Exception {
        for (byte[] message : Messages.samples()) {
            for (int length = 0; length < message.length; length++) {
                byte[] cut = Arrays.copyOf(message, length);
                assertEquals(
                        length < Header.LENGTH ? MessageForm.SILENCE : MessageForm.FORMAT_ERROR,
                        read(cut),
                        () -> hex(cut));
                survives(cut);
            }
        }
    }

    @Test
    @Duty(56)
    void survivesEveryValueOfEveryByte() throws Exception {
        for (byte[] message : Messages.samples()) {
            for (int position = 0; position < message.length; position++) {
                for (int value = 0; value < 256; value++) {
                    byte[] changed = message.clone();
                    changed[position] = (byte) value;
                    survives(changed);
                    agreesWithDnsjava(changed);
                }
            }
        }
    }

    @Test
    void survivesManyChangesAtOnce() throws Exception {
        long seed = System.nanoTime();
        System.out.println("MangledMessagesTest seed " + seed);
        Random random = new Random(seed);
        var samples = Messages.samples();
        for (int round = 0; round < 50_000; round++) {
            byte[] changed = samples.get(random.nextInt(samples.size())).clone();
            for (int changes = 1 + random.nextInt(6); changes > 0; changes--) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            }
            survives(changed);
            agreesWithDnsjava(changed);
        }
    }

    /** Does everything that the program does with a packet from a stranger, and checks the results. */
    private void survives(byte[] message) throws IOException {
        if (message.length < Header.LENGTH) {
            return;
        }
        WireMessage mangled = Messages.embed(message, OFFSET);
        MessageForm form = reader.read(mangled);
        boolean mayShare = reader.variant() != Variant.NONE;
        assertTrue(!mayShare || form == MessageForm.WELL_FORMED, () -> hex(message));
        assertTrue(!mayShare || mangled.opcode() == Header.OPCODE_QUERY && !mangled.isResponse(), () -> hex(message));
        assertFalse(Question.of(mangled).toString().isEmpty());
        assertTrue(mangled.questionEnd() <= message.length);
        assertTrue(reader.payloadSize() >= 512);

        WireMessage written = AnswerWriter.write(mangled, Rcode.FORMERR, ExtendedError.BLOCKED);
        assertTrue(written.length() < 512);
        assertEquals(mangled.id(), new Message(written.bytes()).getHeader().getID());
        AnswerReader.answers(written, mangled);

        WireMessage cut = Truncation.cut(mangled, 512);
        assertTrue(cut.length() <= message.length);
        assertTrue(new Message(cut.bytes()).getHeader().getFlag(Flags.TC));
    }

    /** A message that dnsjava can parse has no format error, except by the rules that dnsjava does not check. */
    private void agreesWithDnsjava(byte[] bytes) {
        MessageForm verdict = read(bytes);
        Message parsed;
        try {
            parsed = new Message(bytes);
        } catch (IOException | RuntimeException e) {
            return;
        }
        var header = parsed.getHeader();
        // If TC is set, dnsjava accepts whatever it could read.
        boolean comparable =
                header.getOpcode() == Opcode.QUERY && !header.getFlag(Flags.QR) && !header.getFlag(Flags.TC);
        if (!comparable || mayHoldForbiddenPointer(bytes)) {
            return;
        }
        if (header.getCount(Section.QUESTION) > 1 || hasForbiddenOpt(parsed)) {
            assertEquals(MessageForm.FORMAT_ERROR, verdict, () -> hex(bytes));
        } else {
            assertEquals(MessageForm.WELL_FORMED, verdict, () -> hex(bytes));
        }
    }

    private static boolean hasForbiddenOpt(Message message) {
        int opts = 0;
        for (int section = Section.QUESTION + 1; section <= Section.ADDITIONAL; section++) {
            for (Record record : message.getSection(section)) {
                if (record.getType() == Type.OPT) {
                    opts++;
                    if (section != Section.ADDITIONAL
                            || record.getName().length() != 1
                            || !(record instanceof OPTRecord)) {
                        return true;
                    }
                }
            }
        }
        return opts > 1;
    }

    /** dnsjava accepts pointers into the header and into the name that they end; QueryReaderTest covers those. */
    private static boolean mayHoldForbiddenPointer(byte[] bytes) {
        for (int i = Header.LENGTH; i < bytes.length - 1; i++) {
            int target = (bytes[i] & 0x3f) << 8 | bytes[i + 1] & 0xff;
            boolean harmless = i >= Messages.EXAMPLE_END && target >= Header.LENGTH && target < Messages.EXAMPLE_END;
            if ((bytes[i] & 0xc0) == 0xc0 && !harmless) {
                return true;
            }
        }
        return false;
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private MessageForm read(byte[] message) {
        return reader.read(Messages.embed(message, OFFSET));
    }
}
