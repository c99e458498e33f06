package org.waymark.conntrack;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.waymark.linux.Errno;
import org.waymark.mark.ConnectionMark;

/** Reads what the kernel answers to a {@link TupleRequest}: a conntrack entry, or an error. */
final class TupleAnswer {
    private static final int NLMSG_ERROR = 2;
    private static final int IPCTNL_MSG_CT_NEW = 0x0100;
    private static final int MESSAGE_TYPE = 4;
    private static final int MESSAGE_SEQUENCE = 8;
    private static final int ERROR_NUMBER = 16;
    private static final int ERROR_BYTES = 20;
    private static final int ATTRIBUTES = 20;
    private static final int ATTRIBUTE_HEADER = 4;
    private static final int ATTRIBUTE_TYPE_MASK = 0x3fff;
    private static final int CTA_MARK = 8;

    private final ByteBuffer network;
    private final ByteBuffer host;
    private int sequence;
    private long mark;
    private Errno error;

    /**
     * @param answers where the answers are when they are to be read
     */
    TupleAnswer(ByteBuffer answers) {
        this.network = answers.duplicate().order(ByteOrder.BIG_ENDIAN);
        this.host = answers.duplicate().order(ByteOrder.nativeOrder());
    }

    /**
     * Reads an answer.
     *
     * @param offset where it begins
     * @param length its length in bytes
     * @return whether it is an answer to a request for a connection
     */
    boolean read(int offset, int length) {
        if (length < ERROR_BYTES) {
            return false;
        }
        sequence = host.getInt(offset + MESSAGE_SEQUENCE);
        error = null;
        switch (host.getShort(offset + MESSAGE_TYPE)) {
            case IPCTNL_MSG_CT_NEW -> {
                mark = markOf(offset + ATTRIBUTES, offset + length);
                return true;
            }
            case NLMSG_ERROR -> {
                Errno errno = Errno.of(-host.getInt(offset + ERROR_NUMBER));
                boolean noEntry = errno.equals(Errno.ENOENT);
                mark = noEntry ? ConnectionMark.NO_ENTRY : ConnectionMark.UNAVAILABLE;
                error = noEntry ? null : errno;
                return true;
            }
            default -> {
                return false;
            }
        }
    }

    /** An entry without the attribute has the mark 0: some kernels leave a zero out. One that is cut off in it tells none. */
    private long markOf(int attributes, int end) {
        int at = attributes;
        while (at + ATTRIBUTE_HEADER <= end) {
            int size = Short.toUnsignedInt(host.getShort(at));
            if ((host.getShort(at + 2) & ATTRIBUTE_TYPE_MASK) == CTA_MARK) {
                boolean isWhole = at + ATTRIBUTE_HEADER + Integer.BYTES <= end;
                return isWhole
                        ? ConnectionMark.known(network.getInt(at + ATTRIBUTE_HEADER))
                        : ConnectionMark.UNAVAILABLE;
            }
            at += Math.max(ATTRIBUTE_HEADER, (size + 3) & -4);
        }
        return ConnectionMark.known(0);
    }

    int sequence() {
        return sequence;
    }

    /** The mark as {@link ConnectionMark} codes it. */
    long mark() {
        return mark;
    }

    /** The kernel's error, null if there was none or it was that there is no entry. */
    Errno error() {
        return error;
    }
}
