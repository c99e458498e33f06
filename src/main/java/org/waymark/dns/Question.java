package org.waymark.dns;

import java.nio.ByteBuffer;
import org.xbill.DNS.Type;

/** The first question of a message, read in place. {@link QueryReader} must have found that there is one. */
public final class Question {
    /** The class of the Internet. */
    public static final int IN = 1;

    private static final int TYPE = 4;
    private static final int CLASS = 2;

    private Question() {}

    /** Whether a message has a question at all. */
    public static boolean isIn(int questionEnd) {
        return questionEnd > Header.LENGTH;
    }

    /** The position of its name in the message's buffer. */
    public static int name(int offset) {
        return offset + Header.LENGTH;
    }

    /**
     * Its type, 0 to 65535, if it is the only question.
     *
     * @param questionEnd what {@link QueryReader#questionEnd} said of the message
     */
    public static int type(ByteBuffer message, int offset, int questionEnd) {
        return Short.toUnsignedInt(message.getShort(offset + questionEnd - TYPE));
    }

    /**
     * Whether a query asks for a zone, whole or in part (AXFR, RFC 5936; IXFR, RFC 1995): over TCP the answer may have several
     * messages.
     */
    public static boolean isZoneTransfer(ByteBuffer query, int offset, int questionEnd) {
        if (!isIn(questionEnd) || Header.opcode(query, offset) != Header.OPCODE_QUERY) {
            return false;
        }
        int type = type(query, offset, questionEnd);
        return type == Type.AXFR || type == Type.IXFR;
    }

    /**
     * Its class, 0 to 65535, if it is the only question.
     *
     * @param questionEnd what {@link QueryReader#questionEnd} said of the message
     */
    public static int dnsClass(ByteBuffer message, int offset, int questionEnd) {
        return Short.toUnsignedInt(message.getShort(offset + questionEnd - CLASS));
    }
}
