package org.waymark.dns;

/** Adds an extended error (RFC 8914) to an answer that a server has given. */
public final class ErrorOption {
    private static final int OPTION_CODE = 15;
    private static final int OPTION_FIXED = 4;

    private ErrorOption() {}

    /**
     * Adds an error without text, if the answer has an OPT record, as its last record, and stays short enough.
     *
     * @param answer is changed in place; its buffer must have room for as many bytes as there may be
     * @param mostBytes that it may have
     */
    public static void add(WireMessage answer, ExtendedError error, int mostBytes) {
        MessageLayout layout = new MessageLayout();
        layout.begin(answer);
        int end = answer.length();
        int longer = end + OPTION_FIXED + Short.BYTES;
        if (layout.walk() && layout.optEnd() == end && longer <= mostBytes) {
            answer.putShort(end, OPTION_CODE);
            answer.putShort(end + Short.BYTES, Short.BYTES);
            answer.putShort(end + OPTION_FIXED, error.code());
            int dataLength = layout.optStart() + MessageLayout.OPT_DATA_LENGTH;
            answer.putShort(dataLength, answer.unsignedShort(dataLength) + longer - end);
            answer.endAt(longer);
        }
    }
}
