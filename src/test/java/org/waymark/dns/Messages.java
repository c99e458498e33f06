package org.waymark.dns;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.ClientSubnetOption;
import org.xbill.DNS.DClass;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.Flags;
import org.xbill.DNS.GenericEDNSOption;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSIDOption;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.TSIG;
import org.xbill.DNS.Type;

/** Messages for the tests, made by dnsjava or byte by byte. */
final class Messages {
    static final int ID = 0xbeef;
    static final Name EXAMPLE = Name.fromConstantString("wWw.ExAmPlE.com.");

    /** Where the question about {@link #EXAMPLE} ends. */
    static final int EXAMPLE_END = Header.LENGTH + 17 + 4;

    private Messages() {}

    static Message query() {
        Message query = new Message(ID);
        query.getHeader().setFlag(Flags.RD);
        query.addRecord(Record.newRecord(EXAMPLE, Type.A, DClass.IN), Section.QUESTION);
        return query;
    }

    static byte[] queryWithEdns(int payloadSize, int version, EDNSOption... options) {
        Message query = query();
        query.addRecord(new OPTRecord(payloadSize, 0, version, 0x8000, options), Section.ADDITIONAL);
        return query.toWire();
    }

    /** Well-formed messages of many kinds, none with bytes after its last record. */
    static List<byte[]> samples() throws Exception {
        Message signed = query();
        signed.setTSIG(new TSIG(TSIG.HMAC_SHA256, "key.", "c2VjcmV0"));
        Message unknown = new Message(ID);
        unknown.addRecord(Record.newRecord(EXAMPLE, 65280, 3), Section.QUESTION);
        Message update = Message.newQuery(Record.newRecord(EXAMPLE, Type.SOA, DClass.IN));
        update.getHeader().setOpcode(Opcode.UPDATE);
        update.addRecord(Record.newRecord(EXAMPLE, Type.ANY, DClass.ANY, 0), Section.PREREQ);
        update.addRecord(new ARecord(EXAMPLE, DClass.IN, 60, new byte[] {1, 2, 3, 4}), Section.UPDATE);
        Message notify = Message.newQuery(Record.newRecord(EXAMPLE, Type.SOA, DClass.IN));
        notify.getHeader().setOpcode(Opcode.NOTIFY);
        return List.of(
                query().toWire(),
                queryWithEdns(4096, 0),
                queryWithEdns(
                        1232,
                        0,
                        new NSIDOption(new byte[0]),
                        new GenericEDNSOption(100, new byte[] {1, 2, 3}),
                        new ClientSubnetOption(24, 0, InetAddress.getByName("192.0.2.0"))),
                queryWithEdns(1232, 1),
                signed.toWire(512),
                unknown.toWire(),
                update.toWire(),
                notify.toWire(),
                withRecords(3).toWire());
    }

    /** A query that also carries answers, so that it holds compressed names. */
    static Message withRecords(int count) throws Exception {
        Message message = query();
        for (int i = 0; i < count; i++) {
            message.addRecord(new ARecord(EXAMPLE, DClass.IN, 60, new byte[] {10, 0, 0, (byte) i}), Section.ANSWER);
        }
        return message;
    }

    /** A message with the given counts, and the parts that follow the header. */
    static byte[] raw(int questions, int answers, int authorities, int additionals, byte[]... parts) {
        ByteBuffer message = ByteBuffer.allocate(65535);
        message.putShort((short) ID).putShort((short) 0x0100);
        message.putShort((short) questions).putShort((short) answers);
        message.putShort((short) authorities).putShort((short) additionals);
        for (byte[] part : parts) {
            message.put(part);
        }
        byte[] bytes = new byte[message.position()];
        message.get(0, bytes);
        return bytes;
    }

    /** Bytes given as numbers, or as labels: a string stands for its length and its characters. */
    static byte[] bytes(Object... parts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (Object part : parts) {
            if (part instanceof String label) {
                bytes.write(label.length());
                bytes.writeBytes(label.getBytes(StandardCharsets.ISO_8859_1));
            } else {
                bytes.write((Integer) part);
            }
        }
        return bytes.toByteArray();
    }

    /** A question for A in IN. */
    static byte[] question(Object... name) {
        return join(bytes(name), bytes(0, 1, 0, 1));
    }

    /** An A record without data. */
    static byte[] record(Object... name) {
        return join(bytes(name), bytes(0, 1, 0, 1, 0, 0, 0, 0, 0, 0));
    }

    /** An OPT record with the given data. */
    static byte[] opt(Object... data) {
        byte[] options = bytes(data);
        return join(bytes(0, 0, 41, 4, 208, 0, 0, 0, 0, 0, options.length), options);
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            bytes.writeBytes(part);
        }
        return bytes.toByteArray();
    }

    /**
     * The message at the very end of a buffer, so that reading past the message throws. The buffer's position and limit
     * are not those of the message.
     */
    static WireMessage embed(byte[] message, int offset) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(offset + message.length);
        buffer.put(offset, message);
        return new WireMessage().at(buffer.position(3), offset, message.length);
    }
}
