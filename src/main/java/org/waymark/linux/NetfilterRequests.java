package org.waymark.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Writes requests to the netfilter subsystem, one after the other: {@code struct nlmsghdr}, {@code struct nfgenmsg},
 * and attributes, which may be nested (linux/netlink.h, linux/netfilter/nfnetlink.h). Headers are in the processor's
 * byte order, values big-endian. Nothing is allocated, except for texts.
 */
public final class NetfilterRequests {
    /** The flag of every request. */
    public static final int NLM_F_REQUEST = 1;

    /** Asks for an answer even if there is no error. */
    public static final int NLM_F_ACK = 4;

    /** Asks for all objects, in many messages. */
    public static final int NLM_F_DUMP = 0x300;

    /** Adds what is not there yet. */
    public static final int NLM_F_CREATE = 0x400;

    /** Refuses to add what is there already. */
    public static final int NLM_F_EXCL = 0x200;

    private static final int NFNL_MSG_BATCH_BEGIN = 0x10;
    private static final int NFNL_MSG_BATCH_END = 0x11;

    private static final int TYPE = 4;
    private static final int FLAGS = 6;
    private static final int SEQUENCE = 8;
    private static final int PORT_ID = 12;
    private static final int FAMILY = 16;
    private static final int RESOURCE = 18;
    private static final int ATTRIBUTES = 20;

    private static final int ATTRIBUTE_HEADER = 4;
    private static final int NESTED = 0x8000;

    private final ByteBuffer network;
    private final ByteBuffer host;
    private int message;
    private int at;

    /**
     * @param requests the buffer for the requests, which begin at offset 0
     */
    public NetfilterRequests(ByteBuffer requests) {
        this.network = requests.duplicate().order(ByteOrder.BIG_ENDIAN);
        this.host = requests.duplicate().order(ByteOrder.nativeOrder());
    }

    /** Starts again at the beginning of the buffer. */
    public void clear() {
        at = 0;
    }

    /**
     * @return how many bytes have been written since {@link #clear}
     */
    public int length() {
        return at;
    }

    /**
     * Begins a request.
     *
     * @param type the subsystem and its message type
     * @param flags NLM_F_*
     * @param sequence the sequence number, which the answer repeats
     * @param family an address family, or one of netfilter's families (NFPROTO_*)
     * @param resource nfgenmsg's res_id; 0 for most
     */
    public void begin(int type, int flags, int sequence, int family, int resource) {
        message = at;
        host.putShort(message + TYPE, (short) type);
        host.putShort(message + FLAGS, (short) flags);
        host.putInt(message + SEQUENCE, sequence);
        host.putInt(message + PORT_ID, 0);
        host.putShort(message + FAMILY, (short) 0);
        host.put(message + FAMILY, (byte) family);
        network.putShort(message + RESOURCE, (short) resource);
        at = message + ATTRIBUTES;
    }

    /** Ends the request that was begun last. */
    public void end() {
        host.putInt(message, at - message);
    }

    /**
     * Begins a batch of requests, of which the kernel carries out all or none.
     *
     * @param subsystem NFNL_SUBSYS_*
     * @param sequence the sequence number
     */
    public void beginBatch(int subsystem, int sequence) {
        batch(NFNL_MSG_BATCH_BEGIN, subsystem, sequence);
    }

    /**
     * Ends the batch that was begun last.
     *
     * @param subsystem NFNL_SUBSYS_*
     * @param sequence the sequence number
     */
    public void endBatch(int subsystem, int sequence) {
        batch(NFNL_MSG_BATCH_END, subsystem, sequence);
    }

    private void batch(int type, int subsystem, int sequence) {
        begin(type, NLM_F_REQUEST, sequence, 0, subsystem);
        end();
    }

    /**
     * Begins an attribute that contains others.
     *
     * @param type the attribute's type
     * @return the parameter for {@link #endNested}
     */
    public int beginNested(int type) {
        int start = at;
        host.putShort(start + Short.BYTES, (short) (type | NESTED));
        at += ATTRIBUTE_HEADER;
        return start;
    }

    /**
     * @param start what {@link #beginNested} returned
     */
    public void endNested(int start) {
        host.putShort(start, (short) (at - start));
    }

    /**
     * @param type the attribute's type
     * @param value one byte
     */
    public void attribute(int type, byte value) {
        leftAligned(type, Byte.BYTES, value << 24);
    }

    /**
     * @param type the attribute's type
     * @param value two bytes
     */
    public void attribute(int type, short value) {
        leftAligned(type, Short.BYTES, value << 16);
    }

    /**
     * @param type the attribute's type
     * @param value four bytes
     */
    public void attribute(int type, int value) {
        leftAligned(type, Integer.BYTES, value);
    }

    /**
     * @param type the attribute's type
     * @param value eight bytes
     */
    public void attribute(int type, long value) {
        header(type, Long.BYTES);
        network.putLong(at, value);
        at += Long.BYTES;
    }

    /**
     * @param type the attribute's type
     * @param high the first eight of sixteen bytes
     * @param low the last eight
     */
    public void attribute(int type, long high, long low) {
        header(type, 2 * Long.BYTES);
        network.putLong(at, high);
        network.putLong(at + Long.BYTES, low);
        at += 2 * Long.BYTES;
    }

    /**
     * @param type the attribute's type
     * @param text ASCII text; a 0 byte is added at its end
     */
    public void attribute(int type, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        header(type, bytes.length + 1);
        int end = at + ((bytes.length + Integer.BYTES) & -Integer.BYTES);
        network.putInt(end - Integer.BYTES, 0);
        network.put(at, bytes);
        at = end;
    }

    /**
     * @param type the attribute's type
     * @param value the bytes in the order in memory
     */
    public void attribute(int type, byte[] value) {
        header(type, value.length);
        int padded = (value.length + Integer.BYTES - 1) & -Integer.BYTES;
        network.putInt(at + padded - Integer.BYTES, 0);
        network.put(at, value);
        at += padded;
    }

    private void header(int type, int valueBytes) {
        host.putShort(at, (short) (ATTRIBUTE_HEADER + valueBytes));
        host.putShort(at + Short.BYTES, (short) type);
        at += ATTRIBUTE_HEADER;
    }

    /** Writes a value of up to four bytes; the rest of the four is the padding before the next attribute. */
    private void leftAligned(int type, int valueBytes, int value) {
        header(type, valueBytes);
        network.putInt(at, value);
        at += Integer.BYTES;
    }
}
