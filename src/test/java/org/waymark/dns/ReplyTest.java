package org.waymark.dns;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

class ReplyTest {
    private static final int OFFSET = 9;
    private static final DomainName NAME = DomainName.parse("www.example.com");
    private static final DomainName ZONE = DomainName.parse("example.com");
    private static final Reply POSITIVE =
            new Reply(Rcode.NOERROR, List.of(address("192.0.2.1"), address("192.0.2.2")), null);
    private static final Reply NEGATIVE =
            new Reply(Rcode.NXDOMAIN, List.of(), new Reply.Entry(ZONE, ResourceRecord.startOfAuthority(ZONE, 60)));

    @Test
    void isWrittenWithTheQuestionAsItWasAskedAndOnOwnAuthority() throws IOException {
        byte[] query = Messages.query().toWire();
        byte[] answer = write(query, POSITIVE);
        Message message = new Message(answer);

        assertArrayEquals(
                Arrays.copyOfRange(query, Header.LENGTH, query.length),
                Arrays.copyOfRange(answer, Header.LENGTH, query.length));
        assertEquals(Messages.ID, message.getHeader().getID());
        assertTrue(message.getHeader().getFlag(Flags.AA));
        assertTrue(message.getHeader().getFlag(Flags.RA));
        assertTrue(message.getHeader().getFlag(Flags.RD));
        assertFalse(message.getHeader().getFlag(Flags.AD));
        List<Record> records = message.getSection(Section.ANSWER);
        assertEquals(
                List.of("192.0.2.1", "192.0.2.2"),
                records.stream().map(Record::rdataToString).toList());
        assertEquals(60, records.get(0).getTTL());
    }

    @Test
    void givesTheOwnersInTheCaseOfTheQuestion() throws IOException {
        Message message = new Message(write(Messages.query().toWire(), POSITIVE));

        assertEquals(
                "wWw.ExAmPlE.com.",
                message.getSection(Section.ANSWER).get(0).getName().toString());
    }

    @Test
    void saysForHowLongThereIsNothing() throws IOException {
        Message message = new Message(write(Messages.query().toWire(), NEGATIVE));

        assertEquals(org.xbill.DNS.Rcode.NXDOMAIN, message.getRcode());
        assertEquals(0, message.getHeader().getCount(Section.ANSWER));
        assertEquals(
                "example.com. nobody.invalid. 1 3600 1200 604800 60",
                message.getSection(Section.AUTHORITY).get(0).rdataToString().toLowerCase(Locale.ROOT));
    }

    @Test
    void hasAnOptOnlyIfTheQueryHadOne() throws IOException {
        assertNull(new Message(write(Messages.query().toWire(), POSITIVE)).getOPT());
        var opt = new Message(write(Messages.queryWithEdns(4096, 0), POSITIVE)).getOPT();
        assertEquals(1232, opt.getPayloadSize());
        assertEquals(0x8000, opt.getFlags());
        assertTrue(opt.getOptions().isEmpty());
    }

    @Test
    void givesWayToBadversForUnknownEdnsVersions() throws IOException {
        Message message = new Message(write(Messages.queryWithEdns(4096, 1), POSITIVE));

        assertEquals(org.xbill.DNS.Rcode.BADVERS, message.getRcode());
        assertEquals(0, message.getHeader().getCount(Section.ANSWER));
        assertFalse(message.getHeader().getFlag(Flags.AA));
    }

    private static Reply.Entry address(String value) {
        return new Reply.Entry(NAME, ResourceRecord.parse(ResourceRecord.A, value, Duration.ofMinutes(1)));
    }

    private static byte[] write(byte[] query, Reply reply) {
        return AnswerWriter.write(Messages.embed(query, OFFSET), reply).bytes();
    }
}
