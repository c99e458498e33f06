package org.waymark.simulation;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.waymark.dns.QueryReader;
import org.waymark.dns.WireMessage;

/** The messages of the simulation: the name in each says which mark it must have, or that all marks ask for it. */
final class Questions {
    private static final int HEADER = 12;

    private Questions() {}

    private static final String ANY_MARK = "all";

    /** A query for {@code qNUMBER.mMARK.example}. */
    static byte[] query(int id, int number, int mark) {
        return query(id, number, "m" + Integer.toUnsignedString(mark));
    }

    /** A query for {@code qNUMBER.all.example}. */
    static byte[] queryOfAll(int id, int number) {
        return query(id, number, ANY_MARK);
    }

    private static byte[] query(int id, int number, String owner) {
        ByteBuffer message = ByteBuffer.allocate(128);
        message.putShort((short) id).putShort((short) 0x0100).putShort((short) 1);
        message.putShort((short) 0).putShort((short) 0).putShort((short) 0);
        for (String label : List.of("q" + number, owner, "example")) {
            message.put((byte) label.length()).put(label.getBytes(StandardCharsets.US_ASCII));
        }
        message.put((byte) 0).putShort((short) 1).putShort((short) 1);
        byte[] bytes = new byte[message.position()];
        message.flip().get(bytes);
        return bytes;
    }

    /** The message as a listener has read it. */
    static WireMessage read(byte[] message) {
        WireMessage read = WireMessage.of(message);
        new QueryReader().read(read);
        return read;
    }

    /** What its answer depends on besides the question. */
    static int variant(byte[] message) {
        QueryReader reader = new QueryReader();
        reader.read(WireMessage.of(message));
        return reader.variant();
    }

    static String name(byte[] message) {
        return label(message, 0) + "." + label(message, 1);
    }

    private static String label(byte[] message, int index) {
        int position = HEADER;
        for (int i = 0; i < index; i++) {
            position += 1 + message[position];
        }
        return new String(message, position + 1, message[position], StandardCharsets.US_ASCII);
    }

    /** Checks that a query that has reached a server has come with its own mark. */
    static void arrived(Packet packet) {
        String owner = label(packet.message(), 1);
        String due = owner.substring(1);
        Promise.hold(
                owner.equals(ANY_MARK) || Integer.parseUnsignedInt(due) == packet.mark(),
                "a query of mark %s went out with %s",
                due,
                Integer.toUnsignedString(packet.mark()));
    }
}
