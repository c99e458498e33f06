package org.waymark.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** Each word is a message, with slashes between its records: a number is an SOA record with that serial, "a" another record. */
class TransferReaderTest {
    private static final int OFFSET = 5;
    private static final Name ZONE = Name.fromConstantString("zone.example.");

    private final TransferReader reader = new TransferReader();

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            nullValues = "-",
            value = {
                "a whole zone in one message, -, 7/a/a/7",
                "a whole zone in several, -, 7/a a/a a/7",
                "the last record by itself, -, 7/a a 7",
                "the first record by itself, -, 7 a/7",
                "a whole zone to who asks for changes, 6, 7/a a/7",
                "a difference, 6, 7/6/a/7/a/7",
                "a difference a record a message, 6, 7 6 a 7 a 7",
                "nothing but additions, 6, 7/6/7 a/7",
                "nothing but removals, 6, 7/6/a 7 7",
                "two differences, 5, 7/5/a 6/a/6 a/7 a/7",
                "the first record with a difference behind it, 6, 7 6/a/7/a 7",
                "no change, 7, 7",
                "a client that knows a newer version, 8, 7",
                "across the turn of serials, 2147483650, 7",
                "what is no transfer, -, a",
                "what has no record, -, ''"
            })
    void knowsTheLastMessage(String title, Long askedSerial, String messages) {
        begin(askedSerial);
        List<String> all = Arrays.asList(messages.split(" "));
        for (int i = 0; i < all.size(); i++) {
            assertEquals(i == all.size() - 1, isLast(message(all.get(i))), "message " + i);
        }
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {"-, 7", "6, 7", "-, 7/a/8", "6, 7/6/a/7", "2147483656, 7"})
    void waitsForMore(Long askedSerial, String message) {
        begin(askedSerial);
        assertFalse(isLast(message(message)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 9})
    void anErrorIsTheEnd(int rcode) {
        begin(null);
        Message error = message("7/a");
        error.getHeader().setRcode(rcode);
        assertTrue(isLast(error));
        begin(null);
        assertFalse(isLast(message("7/a")));
        assertTrue(isLast(error));
    }

    @Test
    void whatCannotBeReadIsTheEndOnlyAtTheBeginning() {
        byte[] cut = Arrays.copyOf(message("7/a/7").toWire(), 40);
        begin(null);
        assertTrue(isLast(cut));
        begin(null);
        assertFalse(isLast(message("7/a")));
        assertFalse(isLast(cut));
        assertTrue(isLast(message("7")));
    }

    @Test
    void aQueryWithoutTheSerialIsTakenAsItIs() {
        byte[] query = query(Type.IXFR, null).toWire();
        reader.begin(Messages.embed(query, OFFSET));
        assertFalse(isLast(message("7")));
    }

    @ParameterizedTest(name = "{0} with opcode {1}: {2}")
    @CsvSource({"252, 0, true", "251, 0, true", "1, 0, false", "255, 0, false", "252, 4, false"})
    void aZoneTransferIsAQueryOfItsTypes(int type, int opcode, boolean isTransfer) {
        Message query = query(type, null);
        query.getHeader().setOpcode(opcode);
        byte[] wire = query.toWire();
        WireMessage message = WireMessage.of(wire);
        new QueryReader().read(message);
        assertEquals(isTransfer, message.isZoneTransfer());
    }

    private void begin(Long askedSerial) {
        byte[] query =
                query(askedSerial == null ? Type.AXFR : Type.IXFR, askedSerial).toWire();
        reader.begin(Messages.embed(query, OFFSET));
    }

    private static Message query(int type, Long serial) {
        Message query = Message.newQuery(Record.newRecord(ZONE, type, DClass.IN));
        if (serial != null) {
            query.addRecord(soa(serial), Section.AUTHORITY);
        }
        return query;
    }

    private static Record soa(long serial) {
        return new SOARecord(ZONE, DClass.IN, 60, ZONE, ZONE, serial, 1, 2, 3, 4);
    }

    private static Message message(String records) {
        Message message = new Message(Messages.ID);
        message.getHeader().setFlag(Flags.QR);
        message.addRecord(Record.newRecord(ZONE, Type.AXFR, DClass.IN), Section.QUESTION);
        for (String record : records.isEmpty() ? new String[0] : records.split("/")) {
            message.addRecord(
                    record.equals("a")
                            ? new ARecord(ZONE, DClass.IN, 60, new byte[] {1, 2, 3, 4})
                            : soa(Long.parseLong(record)),
                    Section.ANSWER);
        }
        return message;
    }

    private boolean isLast(Message message) {
        return isLast(message.toWire());
    }

    private boolean isLast(byte[] message) {
        return reader.isLast(Messages.embed(message, OFFSET));
    }
}
