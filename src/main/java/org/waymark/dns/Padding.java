package org.waymark.dns;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Hides the length of messages that travel encrypted (RFC 7830): queries become a multiple of {@link #BLOCK} bytes long, as RFC
 * 8467 section 4.1 has it for clients, and what the server pads its answer with is taken out again.
 */
public final class Padding {
    /** What the length of a padded query is a multiple of, in bytes. */
    public static final int BLOCK = 128;

    private static final int OPTION_CODE = 12;
    private static final int OPTION_FIXED = 4;
    private static final int LARGEST_MESSAGE = 0xffff;

    private Padding() {}

    /**
     * The query with a padding option behind the other options; null if it must stay as it is: it is no well-formed query, has no
     * OPT to extend, or is padded by its sender; or there is anything behind the OPT, such as a signature (TSIG and SIG(0) come
     * last), or no room.
     *
     * @param query where the message is, from the first byte on
     * @param length its length in bytes
     */
    public static byte[] pad(byte[] query, int length) {
        ByteBuffer message = ByteBuffer.wrap(query, 0, length);
        MessageLayout layout = walk(message, 0, length);
        int padded = (length + OPTION_FIXED + BLOCK - 1) / BLOCK * BLOCK;
        if (layout == null || layout.optEnd() != length || padded > LARGEST_MESSAGE || hasPadding(layout)) {
            return null;
        }
        byte[] copy = Arrays.copyOf(query, padded);
        Arrays.fill(copy, length, padded, (byte) 0);
        ByteBuffer written = ByteBuffer.wrap(copy);
        written.putShort(length, (short) OPTION_CODE);
        written.putShort(length + Short.BYTES, (short) (padded - length - OPTION_FIXED));
        addToOptLength(written, 0, layout, padded - length);
        return copy;
    }

    /**
     * Takes padding options out of an answer in place, if its OPT record is the last. (What lies behind an OPT may hold pointers
     * into what lies behind it, and would not survive being moved.)
     *
     * @param answer where the message is
     * @param offset where in {@code answer} it begins
     * @param length its length in bytes, at least {@link Header#LENGTH}
     * @return its length now
     */
    public static int strip(ByteBuffer answer, int offset, int length) {
        MessageLayout layout = walk(answer, offset, length);
        if (layout == null || layout.optEnd() != length) {
            return length;
        }
        int kept = layout.optStart() + MessageLayout.OPT_DATA;
        int end = kept;
        for (int option = kept; option < length; option = end) {
            end = option + OPTION_FIXED + layout.unsignedShort(option + Short.BYTES);
            if (layout.unsignedShort(option) != OPTION_CODE) {
                move(answer, offset + option, offset + kept, end - option);
                kept += end - option;
            }
        }
        addToOptLength(answer, offset, layout, kept - length);
        return kept;
    }

    /** The layout of an ordinary query or the answer to one, null if it is another message, malformed, or has no OPT. */
    private static MessageLayout walk(ByteBuffer message, int offset, int length) {
        MessageLayout layout = new MessageLayout();
        layout.begin(message, offset, length);
        boolean isPlain = length >= Header.LENGTH && Header.opcode(message, offset) == Header.OPCODE_QUERY;
        return isPlain && layout.walk() && layout.optStart() != MessageLayout.NONE ? layout : null;
    }

    private static boolean hasPadding(MessageLayout layout) {
        int option = layout.optStart() + MessageLayout.OPT_DATA;
        while (option < layout.optEnd()) {
            if (layout.unsignedShort(option) == OPTION_CODE) {
                return true;
            }
            option += OPTION_FIXED + layout.unsignedShort(option + Short.BYTES);
        }
        return false;
    }

    private static void move(ByteBuffer buffer, int from, int to, int length) {
        if (from != to) {
            byte[] moved = new byte[length];
            buffer.get(from, moved);
            buffer.put(to, moved);
        }
    }

    private static void addToOptLength(ByteBuffer message, int offset, MessageLayout layout, int change) {
        int position = layout.optStart() + MessageLayout.OPT_DATA_LENGTH;
        message.putShort(offset + position, (short) (layout.unsignedShort(position) + change));
    }
}
