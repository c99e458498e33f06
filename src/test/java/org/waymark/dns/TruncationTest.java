package org.waymark.dns;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.waymark.dns.Messages.bytes;
import static org.waymark.dns.Messages.question;
import static org.waymark.dns.Messages.raw;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Flags;
import org.xbill.DNS.GenericEDNSOption;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Section;

class TruncationTest {
    private static final int OFFSET = 3;
    private static final int LIMIT = 512;

    @Test
    void leavesTheQuestionAndTheAnswersOwnOpt() throws Exception {
        var opt = new OPTRecord(1400, 0, 0, 0x8000, new GenericEDNSOption(100, new byte[] {1, 2, 3}));
        Message answer = Messages.withRecords(100);
        answer.addRecord(opt, Section.ADDITIONAL);
        Message cut = new Message(cut(answer.toWire()));
        assertTrue(cut.getHeader().getFlag(Flags.TC));
        assertTrue(cut.getHeader().getFlag(Flags.RD));
        assertEquals(Messages.ID, cut.getHeader().getID());
        assertEquals(answer.getQuestion(), cut.getQuestion());
        assertEquals(opt, cut.getOPT());
        assertEquals(0, cut.getHeader().getCount(Section.ANSWER));
        assertEquals(1, cut.getHeader().getCount(Section.ADDITIONAL));
    }

    @Test
    void addsNoOptToAnAnswerWithoutOne() throws Exception {
        byte[] answer = Messages.withRecords(100).toWire();
        byte[] cut = cut(answer);
        assertEquals(Messages.EXAMPLE_END, cut.length);
        assertNull(new Message(cut).getOPT());
        assertArrayEquals(
                Arrays.copyOfRange(answer, Header.LENGTH, cut.length),
                Arrays.copyOfRange(cut, Header.LENGTH, cut.length));
    }

    @Test
    void leavesTheAnswerItselfAlone() throws Exception {
        byte[] answer = Messages.withRecords(100).toWire();
        WireMessage message = Messages.embed(answer, OFFSET);
        Truncation.cut(message, LIMIT);
        assertArrayEquals(answer, message.bytes());
    }

    @Test
    void dropsTheOptionsOfAnOptThatDoesNotFit() throws Exception {
        Message answer = Messages.query();
        var option = new GenericEDNSOption(100, new byte[1000]);
        answer.addRecord(new OPTRecord(1400, 0, 0, 0, option), Section.ADDITIONAL);
        Message cut = new Message(cut(answer.toWire()));
        assertEquals(1400, cut.getOPT().getPayloadSize());
        assertTrue(cut.getOPT().getOptions().isEmpty());
    }

    @Test
    void dropsQuestionsThatDoNotFit() {
        byte[] question = question("x".repeat(63), "x".repeat(63), "x".repeat(63), 0);
        byte[] cut = cut(raw(3, 0, 0, 0, question, question, question));
        assertEquals(Header.LENGTH, cut.length);
        assertEquals(0, WireMessage.of(cut).questions());
    }

    @Test
    void leavesOnlyTheHeaderOfWhatCannotBeRead() {
        byte[] cut = cut(raw(1, 65535, 65535, 65535, bytes("abc")));
        assertEquals(Header.LENGTH, cut.length);
        assertEquals(0, WireMessage.of(cut).questions());
        assertEquals(0, WireMessage.of(cut).answers());
        assertTrue(WireMessage.of(cut).isTruncated());
    }

    private static byte[] cut(byte[] answer) {
        return Truncation.cut(Messages.embed(answer, OFFSET), LIMIT).bytes();
    }
}
