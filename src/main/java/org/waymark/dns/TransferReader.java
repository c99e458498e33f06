package org.waymark.dns;

import java.nio.ByteBuffer;
import org.xbill.DNS.Type;

/**
 * Follows the messages of a zone transfer over TCP, AXFR (RFC 5936 section 2.2) or IXFR (RFC 1995 section 4), and tells which is the
 * last.
 *
 * <p>A transfer begins with the SOA record of the zone as it is now, and ends with the same one. In between, an incremental one has
 * pairs of SOA records: before what is taken from a version, and before what is added for the next. Counted from 0, the record
 * that ends a transfer of either kind thus has an odd number and the serial of the first, and no other SOA record has both.
 */
public final class TransferReader {
    /** The data of an SOA record ends with five numbers of four bytes, of which the serial is the first. */
    private static final int SERIAL_FROM_END = 20;

    private final MessageLayout layout = new MessageLayout();
    private boolean begun;
    private boolean hasAskedSerial;
    private int askedSerial;
    private int soas;
    private int serial;

    /**
     * Starts on a transfer.
     *
     * @param query the query for it, one that {@link QueryReader} found {@link MessageForm#WELL_FORMED}
     * @param length its length in bytes
     */
    public void begin(ByteBuffer query, int offset, int length) {
        begun = false;
        soas = 0;
        layout.begin(query, offset, length);
        hasAskedSerial = layout.walk()
                && Question.type(query, offset, layout.questionEnd()) == Type.IXFR
                && Header.answers(query, offset) == 0
                && Header.authorities(query, offset) > 0
                && layout.typeOfRecord(layout.questionEnd()) == Type.SOA;
        if (hasAskedSerial) {
            askedSerial = query.getInt(offset + layout.afterRecord(layout.questionEnd()) - SERIAL_FROM_END);
        }
    }

    /**
     * Whether nothing follows the message of {@code length} bytes at {@code offset}, the next of the answer. A first message with
     * which no transfer begins, because it reports an error or does not start with an SOA record, is the last, too. A message
     * that can't be read is not, unless it is the first.
     *
     * @param length at least {@link Header#LENGTH}
     */
    public boolean isLast(ByteBuffer message, int offset, int length) {
        boolean first = !begun;
        begun = true;
        layout.begin(message, offset, length);
        if (Header.rcode(message, offset) != Header.RCODE_NOERROR) {
            return true;
        }
        int records = Header.answers(message, offset);
        if (!layout.walk() || records == 0) {
            return first;
        }
        boolean ended = false;
        int end = layout.questionEnd();
        for (int i = 0; i < records; i++) {
            int start = end;
            end = layout.afterRecord(start);
            if (layout.typeOfRecord(start) == Type.SOA) {
                ended = isEnd(message.getInt(offset + end - SERIAL_FROM_END));
            } else if (soas == 0) {
                return true;
            }
        }
        return ended || first && records == 1 && isUpToDate();
    }

    private boolean isEnd(int soaSerial) {
        if (soas == 0) {
            serial = soaSerial;
        }
        boolean odd = soas % 2 == 1;
        soas++;
        return odd && soaSerial == serial;
    }

    /** A client that asks for what has changed since the version that there is gets that version's SOA record alone. */
    private boolean isUpToDate() {
        // Serials are compared in a circle (RFC 1982).
        return hasAskedSerial && serial - askedSerial <= 0;
    }
}
