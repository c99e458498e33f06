package org.waymark.dns;

import java.util.Arrays;

/**
 * Hides the length of encrypted messages (RFC 7830). It pads queries to a multiple of {@link #BLOCK} bytes, as RFC 8467
 * section 4.1 recommends for clients, and removes the padding from servers' answers.
 */
public final class Padding {
    /** The length of a padded query is a multiple of this, in bytes. */
    public static final int BLOCK = 128;

    private static final int OPTION_CODE = 12;
    private static final int OPTION_FIXED = 4;
    private static final int LARGEST_MESSAGE = 0xffff;

    private Padding() {}

    /**
     * A copy of the query with a padding option after the other options. Null if the query must stay as it is: it is
     * malformed, has an opcode other than QUERY, has no OPT, is already padded, has anything after the OPT, such as a
     * signature (TSIG and SIG(0) come last), or would become too long.
     *
     * @param query the query, which stays unchanged
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
     * Removes padding options from an answer in place, if its OPT record is the last record. (Records after an OPT may
     * hold pointers to other records after it, which would be wrong once these have moved.)
     *
     * @param answer the answer, which may be shorter afterwards
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
        answer.endAt(kept);
    }

    /** The layout of a message with the opcode QUERY. Null if it has another opcode, is malformed, or has no OPT. */
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
