package org.waymark.dns;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.waymark.dns.Messages.bytes;
import static org.waymark.dns.Messages.queryWithEdns;
import static org.waymark.dns.Messages.question;
import static org.waymark.dns.Messages.raw;

import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.ExtendedErrorCodeOption;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Opcode;

class AnswerWriterTest {
    private static final int OFFSET = 11;

    @ParameterizedTest
    @EnumSource
    void answersWithTheRcodeAndTheQuestionAsItWasAsked(Rcode rcode) throws IOException {
        byte[] query = Messages.query().toWire();
        byte[] answer = write(query, rcode, ExtendedError.NETWORK_ERROR);
        assertEquals(rcode.code(), new Message(answer).getRcode());
        assertArrayEquals(
                Arrays.copyOfRange(query, Header.LENGTH, query.length),
                Arrays.copyOfRange(answer, Header.LENGTH, answer.length));
    }

    @Test
    void keepsIdOpcodeRdAndCdAndNoOtherFlag() throws IOException {
        byte[] query = Messages.query().toWire();
        query[2] = (byte) (Opcode.NOTIFY << 3 | 0x07);
        query[3] = (byte) 0x7f;
        var header = new Message(write(query, Rcode.REFUSED, null)).getHeader();
        assertEquals(Messages.ID, header.getID());
        assertEquals(Opcode.NOTIFY, header.getOpcode());
        assertTrue(header.getFlag(Flags.QR));
        assertTrue(header.getFlag(Flags.RD));
        assertTrue(header.getFlag(Flags.RA));
        assertTrue(header.getFlag(Flags.CD));
        assertFalse(header.getFlag(Flags.AA));
        assertFalse(header.getFlag(Flags.TC));
        assertFalse(header.getFlag(Flags.AD));
        header = new Message(write(raw(0, 0, 0, 0), Rcode.REFUSED, null)).getHeader();
        assertFalse(header.getFlag(Flags.CD));
    }

    @Test
    void hasAnOptOnlyIfTheQueryHadOne() throws IOException {
        assertNull(new Message(write(Messages.query().toWire(), Rcode.SERVFAIL, ExtendedError.NOT_READY)).getOPT());
        var opt = new Message(write(queryWithEdns(4096, 0), Rcode.SERVFAIL, null)).getOPT();
        assertEquals(1232, opt.getPayloadSize());
        assertEquals(0x8000, opt.getFlags());
        assertEquals(0, opt.getVersion());
        assertTrue(opt.getOptions().isEmpty());
        assertEquals(
                0,
                new Message(write(raw(0, 0, 0, 1, Messages.opt()), Rcode.SERVFAIL, null))
                        .getOPT()
                        .getFlags());
    }

    @ParameterizedTest
    @EnumSource
    void givesTheReasonInTheOpt(ExtendedError error) throws IOException {
        var opt = new Message(write(queryWithEdns(4096, 0), Rcode.SERVFAIL, error)).getOPT();
        var option = (ExtendedErrorCodeOption)
                opt.getOptions(EDNSOption.Code.EDNS_EXTENDED_ERROR).get(0);
        assertEquals(error.option(), option);
    }

    @Test
    void answersUnknownEdnsVersionsWithBadvers() throws IOException {
        Message answer = new Message(write(queryWithEdns(4096, 1), Rcode.REFUSED, ExtendedError.PROHIBITED));
        assertEquals(org.xbill.DNS.Rcode.BADVERS, answer.getRcode());
        assertEquals(0, answer.getOPT().getVersion());
        assertTrue(answer.getOPT().getOptions().isEmpty());
        assertEquals(
                org.xbill.DNS.Rcode.FORMERR,
                new Message(write(queryWithEdns(4096, 1), Rcode.FORMERR, null)).getRcode());
    }

    @Test
    void answersWhatCannotBeReadWithAHeaderAlone() {
        assertEquals(Header.LENGTH, write(raw(1, 0, 0, 0, bytes("abc")), Rcode.FORMERR, null).length);
        assertEquals(Header.LENGTH, write(raw(65535, 9, 9, 9), Rcode.FORMERR, null).length);
        byte[] twoQuestions = raw(2, 0, 0, 0, question("a", 0), question("b", 0));
        assertEquals(Header.LENGTH, write(twoQuestions, Rcode.FORMERR, null).length);
    }

    @Test
    void answersUnknownOpcodesWithAHeaderAlone() {
        byte[] query = queryWithEdns(4096, 0);
        query[2] = 15 << 3;
        assertEquals(Header.LENGTH, write(query, Rcode.REFUSED, null).length);
    }

    @Test
    void echoesTheQuestionOfAMessageThatIsBrokenBehindIt() throws IOException {
        byte[] query = raw(1, 0, 0, 2, question("a", 0), Messages.opt(), Messages.opt());
        Message answer = new Message(write(query, Rcode.FORMERR, null));
        assertEquals("a.", answer.getQuestion().getName().toString());
        assertEquals(1232, answer.getOPT().getPayloadSize());
    }

    @Test
    void echoesBinaryLabels() {
        byte[] query = raw(1, 0, 0, 0, question("\0\n\u00ff .", 0));
        byte[] answer = write(query, Rcode.REFUSED, null);
        assertArrayEquals(
                Arrays.copyOfRange(query, Header.LENGTH, query.length),
                Arrays.copyOfRange(answer, Header.LENGTH, answer.length));
    }

    @Test
    void makesNoAnswerWithoutAHeader() {
        assertThrows(IllegalArgumentException.class, () -> write(bytes(1, 2, 3), Rcode.FORMERR, null));
    }

    private static byte[] write(byte[] query, Rcode rcode, ExtendedError error) {
        return AnswerWriter.write(Messages.embed(query, OFFSET), rcode, error).bytes();
    }
}
