package org.waymark.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

/** The messages of whole zones (AXFR): makes them for servers, and takes them apart for clients. */
public final class ZoneTransfer {
    public static final int IXFR = 251;
    public static final int AXFR = 252;

    private static final int TEXT = 250;

    private ZoneTransfer() {}

    /**
     * The messages that answer a query for a zone; those after the first have no question.
     *
     * @param count how many, at least 2
     * @param size about how many bytes each has
     */
    public static List<byte[]> answerTo(byte[] query, int count, int size) {
        List<byte[]> messages = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            messages.add(message(query, i, count, size));
        }
        return messages;
    }

    /** One of the messages of {@link #answerTo}. */
    public static byte[] message(byte[] query, int number, int count, int size) {
        try {
            Name zone = Name.fromString(Message.name(query) + ".");
            Record soa = new SOARecord(zone, DClass.IN, 60, zone, zone, 7, 1, 2, 3, 4);
            org.xbill.DNS.Message message = new org.xbill.DNS.Message(Message.id(query));
            message.getHeader().setFlag(Flags.QR);
            if (number == 0) {
                message.addRecord(Record.newRecord(zone, Message.type(query), DClass.IN), Section.QUESTION);
                message.addRecord(soa, Section.ANSWER);
            }
            String text = (number + " ").repeat(TEXT).substring(0, TEXT);
            for (int written = 0; written < size; written += TEXT) {
                message.addRecord(new TXTRecord(zone, DClass.IN, 60, text), Section.ANSWER);
            }
            if (number == count - 1) {
                message.addRecord(soa, Section.ANSWER);
            }
            return message.toWire();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Does this about a query: answers it with the messages of {@link #answerTo}. */
    public static StubServer.Script server(int count, int size) {
        return (query, line) -> {
            for (int i = 0; i < count; i++) {
                line.send(message(query.bytes(), i, count, size));
            }
        };
    }

    /** Asks, and returns the messages that come; to who asks for what is new it may be one of one record. */
    public static List<byte[]> ask(TcpClient client, byte[] query) {
        client.send(query);
        return receive(client, Message.type(query) == IXFR);
    }

    /** The messages that come, up to that with the second SOA record, or that has no records, or the end of the connection. */
    public static List<byte[]> receive(TcpClient client) {
        return receive(client, false);
    }

    private static List<byte[]> receive(TcpClient client, boolean oneRecordIsAll) {
        List<byte[]> messages = new ArrayList<>();
        int soas = 0;
        while (soas < 2) {
            Optional<byte[]> message = client.receive();
            if (message.isEmpty()) {
                break;
            }
            messages.add(message.get());
            List<Record> records = records(message.get());
            soas += (int) records.stream()
                    .filter(record -> record.getType() == Type.SOA)
                    .count();
            if (records.isEmpty() || records.size() == 1 && oneRecordIsAll) {
                break;
            }
        }
        return messages;
    }

    /** How many records the messages bring. */
    public static int countRecords(List<byte[]> messages) {
        return messages.stream().mapToInt(message -> records(message).size()).sum();
    }

    /** The messages as text that shows where they differ: the id and a hash of all bytes. */
    public static List<String> digests(List<byte[]> messages) {
        return messages.stream().map(ZoneTransfer::digest).toList();
    }

    /** The same for one message. */
    public static String digest(byte[] message) {
        return Message.id(message) + " " + message.length + " " + Arrays.hashCode(message);
    }

    private static List<Record> records(byte[] message) {
        try {
            return new org.xbill.DNS.Message(message).getSection(Section.ANSWER);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
