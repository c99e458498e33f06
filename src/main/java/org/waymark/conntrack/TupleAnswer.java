package org.waymark.conntrack;

import static org.waymark.conntrack.TupleAttributes.CTA_MARK;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.waymark.linux.Attributes;
import org.waymark.linux.Endpoint;
import org.waymark.linux.Errno;
import org.waymark.mark.ConnectionMark;

/** Reads the kernel's answer to a {@link TupleRequest}: a conntrack entry or an error. */
final class TupleAnswer {
    private static final int NLMSG_ERROR = 2;
    private static final int IPCTNL_MSG_CT_NEW = 0x0100;
    private static final int MESSAGE_TYPE = 4;
    private static final int MESSAGE_SEQUENCE = 8;
    private static final int ERROR_NUMBER = 16;
    private static final int ERROR_BYTES = 20;

    private final ByteBuffer host;
    private final Attributes attributes;
    private final TupleReader tuples;
    private final Endpoint source = new Endpoint();
    private int start;
    private int end;
    private int sequence;
    private long mark;
    private Errno error;

    /**
     * @param answers the buffer that will hold the answers
     */
    TupleAnswer(ByteBuffer answers) {
        this.host = answers.duplicate().order(ByteOrder.nativeOrder());
        this.attributes = new Attributes(answers);
        this.tuples = new TupleReader(attributes);
    }

    /**
     * Reads an answer.
     *
     * @param offset where it begins
     * @param length its length in bytes
     * @return whether it is an answer about a connection
     */
    boolean read(int offset, int length) {
        if (length < ERROR_BYTES) {
            return false;
        }
        sequence = host.getInt(offset + MESSAGE_SEQUENCE);
        error = null;
        switch (host.getShort(offset + MESSAGE_TYPE)) {
            case IPCTNL_MSG_CT_NEW -> {
                start = offset + Attributes.START;
                end = offset + length;
                mark = markOf(start, end);
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

    /**
     * An entry without the attribute has the mark 0, because some kernels omit a zero. If the attribute is truncated,
     * the mark is unavailable.
     */
    private long markOf(int start, int end) {
        int mark = attributes.find(CTA_MARK, start, end);
        if (mark == Attributes.NONE) {
            return ConnectionMark.known(0);
        }
        return mark + Integer.BYTES <= end ? ConnectionMark.known(attributes.int32(mark)) : ConnectionMark.UNAVAILABLE;
    }

    /** Whether the first packet of the connection came from this address and port; only of the last answer, and if it is an entry. */
    boolean hasBegunAt(Endpoint local) {
        int original = attributes.find(TupleAttributes.CTA_TUPLE_ORIG, start, end);
        return original != Attributes.NONE
                && tuples.readSource(original, source)
                && source.isSameHost(local)
                && source.port() == local.port();
    }

    int sequence() {
        return sequence;
    }

    /** The mark as {@link ConnectionMark} codes it. */
    long mark() {
        return mark;
    }

    /** The kernel's error; null if there was none, or if it was ENOENT, which means no entry. */
    Errno error() {
        return error;
    }
}
