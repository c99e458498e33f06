package org.waymark.lab;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Where the TTLs of a message are: those of its records, but for OPT. */
final class Ttls {
    private static final int QUESTION_FIXED = 4;
    private static final int RECORD_FIXED = 10;
    private static final int FIRST_POINTER = 0xc0;

    private Ttls() {}

    /** The positions of all TTLs. */
    static List<Integer> positions(byte[] message) {
        ByteBuffer bytes = ByteBuffer.wrap(message);
        List<Integer> positions = new ArrayList<>();
        int at = Message.HEADER;
        for (int i = 0; i < Message.count(message, 0); i++) {
            at = afterName(bytes, at) + QUESTION_FIXED;
        }
        int records = Message.count(message, 1) + Message.count(message, 2) + Message.count(message, 3);
        for (int i = 0; i < records; i++) {
            int fixed = afterName(bytes, at);
            if (bytes.getShort(fixed) != Query.OPT) {
                positions.add(fixed + 4);
            }
            at = fixed + RECORD_FIXED + Short.toUnsignedInt(bytes.getShort(fixed + 8));
        }
        return positions;
    }

    private static int afterName(ByteBuffer bytes, int start) {
        int at = start;
        while (bytes.get(at) != 0) {
            int octet = Byte.toUnsignedInt(bytes.get(at));
            if (octet >= FIRST_POINTER) {
                return at + 2;
            }
            at += 1 + octet;
        }
        return at + 1;
    }
}
