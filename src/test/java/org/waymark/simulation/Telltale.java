package org.waymark.simulation;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What an answer of a server tells of itself, in the data of its only record.
 *
 * @param mark the mark of the query that it answers
 * @param site the number of the server
 * @param ttl the TTL of the record, in seconds
 * @param madeAt when the server was asked
 */
record Telltale(int mark, int site, int ttl, long madeAt) {
    private static final int ANSWERS = 6;

    /** The name that was asked for, A, IN. */
    private static final byte[] RECORD_START = {(byte) 0xc0, 12, 0, 1, 0, 1};

    private static final int DATA = 3 * Integer.BYTES + Long.BYTES;
    private static final int RECORD = RECORD_START.length + Integer.BYTES + Short.BYTES + DATA;

    /** Adds the record to an answer without records. */
    byte[] addTo(byte[] answer) {
        ByteBuffer message = ByteBuffer.wrap(Arrays.copyOf(answer, answer.length + RECORD));
        message.putShort(ANSWERS, (short) 1).position(answer.length).put(RECORD_START);
        message.putInt(ttl).putShort((short) DATA);
        message.putInt(mark).putInt(site).putInt(ttl).putLong(madeAt);
        return message.array();
    }

    /** Whether an answer has the record. */
    static boolean isIn(byte[] answer) {
        return ByteBuffer.wrap(answer).getShort(ANSWERS) == 1;
    }

    /** Reads the record of an answer. */
    static Telltale of(byte[] answer) {
        ByteBuffer data = ByteBuffer.wrap(answer).position(answer.length - DATA);
        return new Telltale(data.getInt(), data.getInt(), data.getInt(), data.getLong());
    }

    /** The TTL that an answer shows by now. */
    static int shownTtl(byte[] answer) {
        return ByteBuffer.wrap(answer).getInt(answer.length - DATA - Short.BYTES - Integer.BYTES);
    }
}
