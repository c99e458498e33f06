package org.waymark.dns;

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
     * @param query the query, which stays as it is
     */
    public static WireMessage pad(WireMessage query) {
        int length = query.length();
        MessageLayout layout = walk(query);
        int padded = (length + OPTION_FIXED + BLOCK - 1) / BLOCK * BLOCK;
        if (layout == null || layout.optEnd() != length || padded > LARGEST_MESSAGE || hasPadding(query, layout)) {
            return null;
        }
        WireMessage written = WireMessage.of(Arrays.copyOf(query.bytes(), padded));
        written.putShort(length, OPTION_CODE);
        written.putShort(length + Short.BYTES, padded - length - OPTION_FIXED);
        addToOptLength(written, layout, padded - length);
        return written;
    }

    /**
     * Takes padding options out of an answer in place, if its OPT record is the last. (What lies behind an OPT may hold pointers
     * into what lies behind it, and would not survive being moved.)
     *
     * @param answer the message, which is shorter afterwards
     */
    public static void strip(WireMessage answer) {
        int length = answer.length();
        MessageLayout layout = walk(answer);
        if (layout == null || layout.optEnd() != length) {
            return;
        }
        int kept = layout.optStart() + MessageLayout.OPT_DATA;
        int end = kept;
        for (int option = kept; option < length; option = end) {
            end = option + OPTION_FIXED + answer.unsignedShort(option + Short.BYTES);
            if (answer.unsignedShort(option) != OPTION_CODE) {
                move(answer, option, kept, end - option);
                kept += end - option;
            }
        }
        addToOptLength(answer, layout, kept - length);
        answer.shortenTo(kept);
    }

    /** The layout of an ordinary query or the answer to one, null if it is another message, malformed, or has no OPT. */
    private static MessageLayout walk(WireMessage message) {
        if (!message.hasHeader() || message.opcode() != Header.OPCODE_QUERY) {
            return null;
        }
        MessageLayout layout = new MessageLayout();
        layout.begin(message);
        return layout.walk() && layout.optStart() != MessageLayout.NONE ? layout : null;
    }

    private static boolean hasPadding(WireMessage query, MessageLayout layout) {
        int option = layout.optStart() + MessageLayout.OPT_DATA;
        while (option < layout.optEnd()) {
            if (query.unsignedShort(option) == OPTION_CODE) {
                return true;
            }
            option += OPTION_FIXED + query.unsignedShort(option + Short.BYTES);
        }
        return false;
    }

    private static void move(WireMessage message, int from, int to, int length) {
        if (from != to) {
            message.buffer().put(message.offset() + to, message.bytes(from, from + length));
        }
    }

    private static void addToOptLength(WireMessage message, MessageLayout layout, int change) {
        int position = layout.optStart() + MessageLayout.OPT_DATA_LENGTH;
        message.putShort(position, message.unsignedShort(position) + change);
    }
}
