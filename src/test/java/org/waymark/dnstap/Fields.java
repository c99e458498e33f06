package org.waymark.dnstap;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads a message in the wire format of Protocol Buffers: each field's number and value, a {@link Long} or bytes. */
final class Fields {
    private Fields() {}

    static Map<Integer, Object> of(ByteBuffer message) {
        ByteBuffer rest = message.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        Map<Integer, Object> fields = new LinkedHashMap<>();
        while (rest.hasRemaining()) {
            int tag = (int) varint(rest);
            Object value =
                    switch (tag & 7) {
                        case 0 -> varint(rest);
                        case 2 -> bytes(rest, (int) varint(rest));
                        case 5 -> Integer.toUnsignedLong(rest.getInt());
                        default -> throw new IllegalArgumentException("type " + (tag & 7));
                    };
            fields.put(tag >> 3, value);
        }
        return fields;
    }

    private static long varint(ByteBuffer rest) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte octet = rest.get();
            value |= (octet & 0x7fL) << shift;
            if (octet >= 0) {
                return value;
            }
        }
    }

    private static ByteBuffer bytes(ByteBuffer rest, int length) {
        byte[] bytes = new byte[length];
        rest.get(bytes);
        return ByteBuffer.wrap(bytes);
    }
}
