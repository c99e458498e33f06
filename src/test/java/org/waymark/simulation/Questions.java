package org.waymark.simulation;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.waymark.dns.QueryReader;
import org.waymark.dns.WireMessage;

/** The messages of the simulation: the name in each says which mark it must have. */
final class Questions {
    private static final int HEADER = 12;

    private Questions() {}

    /** A query for {@code qNUMBER.mMARK.example}. */
    static byte[] query(int id, int number, int mark) {
        ByteBuffer message = ByteBuffer.allocate(128);
        message.putShort((short) id).putShort((short) 0x0100).putShort((short) 1);
        message.putShort((short) 0).putShort((short) 0).putShort((short) 0);
        for (String label : List.of("q" + number, "m" + Integer.toUnsignedString(mark), "example")) {
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
        String due = label(packet.message(), 1).substring(1);
        Promise.hold(
                Integer.parseUnsignedInt(due) == packet.mark(),
                "a query of mark %s went out with %s",
                due,
                Integer.toUnsignedString(packet.mark()));
    }
}
