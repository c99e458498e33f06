package org.waymark.dns;

import java.nio.ByteBuffer;

/**
 * The fixed header that every DNS message begins with (RFC 1035 section 4.1.1), read and changed in place.
 *
 * <p>Every method takes the buffer and the offset, in bytes, at which the message begins there; at least
 * {@link #LENGTH} bytes must follow it, or {@link IndexOutOfBoundsException} is thrown.
 */
public final class Header {
    /** The header's length in bytes, and so the shortest message there is. */
    public static final int LENGTH = 12;

    /** The opcode of an ordinary query (RFC 1035). */
    public static final int OPCODE_QUERY = 0;
    /** The opcode by which a primary tells of a changed zone (RFC 1996). */
    public static final int OPCODE_NOTIFY = 4;
    /** The opcode of a dynamic update (RFC 2136). */
    public static final int OPCODE_UPDATE = 5;

    /** The response code of success. */
    public static final int RCODE_NOERROR = 0;
    /** The response code of a server that could not find out. */
    public static final int RCODE_SERVFAIL = 2;
    /** The response code of a server that does not want to. */
    public static final int RCODE_REFUSED = 5;
    /** The response code for a name that does not exist. */
    public static final int RCODE_NXDOMAIN = 3;

    static final int ID = 0;
    static final int FLAGS = 2;
    static final int QUESTIONS = 4;
    static final int ANSWERS = 6;
    static final int AUTHORITIES = 8;
    static final int ADDITIONALS = 10;

    private static final int QR = 0x8000;
    private static final int OPCODE_SHIFT = 11;
    private static final int TC = 0x0200;
    private static final int RD = 0x0100;
    private static final int CD = 0x0010;
    private static final int FOUR_BITS = 0x000f;

    private Header() {}

    /** The message id, 0 to 65535. */
    public static int id(ByteBuffer message, int offset) {
        return Short.toUnsignedInt(message.getShort(offset + ID));
    }

    /** Replaces the message id by the low 16 bits of {@code id}. */
    public static void setId(ByteBuffer message, int offset, int id) {
        message.putShort(offset + ID, (short) id);
    }

    /** Whether QR is set, which makes the message an answer. */
    public static boolean isResponse(ByteBuffer message, int offset) {
        return (flags(message, offset) & QR) != 0;
    }

    /** The opcode, 0 to 15. */
    public static int opcode(ByteBuffer message, int offset) {
        return flags(message, offset) >> OPCODE_SHIFT & FOUR_BITS;
    }

    /** The header's part of the response code, 0 to 15; an OPT record may extend it (RFC 6891 section 6.1.3). */
    public static int rcode(ByteBuffer message, int offset) {
        return flags(message, offset) & FOUR_BITS;
    }

    /** Whether TC is set: there was more to say than this message holds. */
    public static boolean isTruncated(ByteBuffer message, int offset) {
        return (flags(message, offset) & TC) != 0;
    }

    /** Whether RD is set: the client desires recursion. */
    public static boolean isRecursionDesired(ByteBuffer message, int offset) {
        return (flags(message, offset) & RD) != 0;
    }

    /** Whether CD is set: the client checks signatures itself (RFC 4035 section 3.2.2). */
    public static boolean isCheckingDisabled(ByteBuffer message, int offset) {
        return (flags(message, offset) & CD) != 0;
    }

    /** QDCOUNT, 0 to 65535; as all counts it is a claim that nothing has checked yet. */
    public static int questions(ByteBuffer message, int offset) {
        return Short.toUnsignedInt(message.getShort(offset + QUESTIONS));
    }

    /** ANCOUNT, 0 to 65535. */
    public static int answers(ByteBuffer message, int offset) {
        return Short.toUnsignedInt(message.getShort(offset + ANSWERS));
    }

    /** NSCOUNT, 0 to 65535. */
    public static int authorities(ByteBuffer message, int offset) {
        return Short.toUnsignedInt(message.getShort(offset + AUTHORITIES));
    }

    /** ARCOUNT, 0 to 65535. */
    public static int additionals(ByteBuffer message, int offset) {
        return Short.toUnsignedInt(message.getShort(offset + ADDITIONALS));
    }

    /** Makes the header that of a cut message: TC set, and nothing counted but what is given here. */
    static void cutTo(ByteBuffer message, int offset, int questions, int additionals) {
        message.putShort(offset + FLAGS, (short) (flags(message, offset) | TC));
        message.putShort(offset + QUESTIONS, (short) questions);
        message.putShort(offset + ANSWERS, (short) 0);
        message.putShort(offset + AUTHORITIES, (short) 0);
        message.putShort(offset + ADDITIONALS, (short) additionals);
    }

    private static int flags(ByteBuffer message, int offset) {
        return Short.toUnsignedInt(message.getShort(offset + FLAGS));
    }
}
