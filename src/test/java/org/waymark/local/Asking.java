package org.waymark.local;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.waymark.dns.DomainName;
import org.waymark.dns.Header;
import org.waymark.dns.QueryReader;
import org.waymark.dns.Rcode;
import org.waymark.dns.Reply;
import org.waymark.dns.ResourceRecord;
import org.waymark.dns.WireMessage;

/** Asks questions in the tests of this package. A question is a name and a type, and an answer is text. */
final class Asking {
    private static final int OFFSET = 3;
    private static final int IN = 1;

    private Asking() {}

    /** The answer's rcode and records, "NOERROR www A 192.0.2.1"; an SOA record is given as "; zone ttl". Null if a server must answer. */
    static String ask(LocalNames names, String name, String type) {
        return ask(names, name, ResourceRecord.parseType(type), IN, Header.OPCODE_QUERY);
    }

    static String ask(LocalNames names, String name, int type, int dnsClass, int opcode) {
        Reply reply = names.answer(query(name, type, dnsClass, opcode));
        return reply == null ? null : describe(reply);
    }

    /** A query with nothing after its question. */
    static WireMessage query(String name, int type, int dnsClass, int opcode) {
        ByteArrayOutputStream query = new ByteArrayOutputStream();
        query.writeBytes(new byte[OFFSET]);
        query.writeBytes(new byte[] {0, 7, (byte) (opcode << 3), 0, 0, 1, 0, 0, 0, 0, 0, 0});
        byte[] wire = new byte[DomainName.parse(name).wire().remaining()];
        DomainName.parse(name).wire().get(wire);
        query.writeBytes(wire);
        query.writeBytes(new byte[] {(byte) (type >> 8), (byte) type, (byte) (dnsClass >> 8), (byte) dnsClass});
        WireMessage message = new WireMessage().at(ByteBuffer.wrap(query.toByteArray()), OFFSET, query.size() - OFFSET);
        new QueryReader().read(message);
        return message;
    }

    private static String describe(Reply reply) {
        StringBuilder text = new StringBuilder(reply.rcode().name());
        for (Reply.Entry entry : reply.answers()) {
            text.append(' ').append(entry.owner()).append(' ').append(entry.record());
        }
        if (reply.authority() != null) {
            text.append("; ")
                    .append(reply.authority().owner())
                    .append(' ')
                    .append(reply.authority().record().ttl());
        }
        return text.toString();
    }

    static void add(LocalRecords records, String name, String type, String value) {
        ResourceRecord record = ResourceRecord.parse(ResourceRecord.parseType(type), value, Duration.ofMinutes(5));
        records.add(DomainName.parse(name), record);
    }

    static List<DomainName> domains(String... names) {
        return List.of(names).stream().map(DomainName::parse).toList();
    }

    static String nxdomain(String zone) {
        return Rcode.NXDOMAIN + "; " + zone + " 10800";
    }

    static String nodata(String zone) {
        return Rcode.NOERROR + "; " + zone + " 10800";
    }
}
