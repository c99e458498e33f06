package org.waymark.dns;

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
     */
    public void begin(WireMessage query) {
        begun = false;
        soas = 0;
        layout.begin(query);
        hasAskedSerial = layout.walk()
                && query.questionType() == Type.IXFR
                && query.answers() == 0
                && query.authorities() > 0
                && layout.typeOfRecord(query.questionEnd()) == Type.SOA;
        if (hasAskedSerial) {
            askedSerial = serialBefore(query, layout.afterRecord(query.questionEnd()));
        }
    }

    /**
     * Whether nothing follows a message, the next of the answer. A first message with
     * which no transfer begins, because it reports an error or does not start with an SOA record, is the last, too. A message
     * that can't be read is not, unless it is the first.
     *
     * @param message at least a header
     */
    public boolean isLast(WireMessage message) {
        boolean first = !begun;
        begun = true;
        layout.begin(message);
        if (message.rcode() != Header.RCODE_NOERROR) {
            return true;
        }
        int records = message.answers();
        if (!layout.walk() || records == 0) {
            return first;
        }
        boolean ended = false;
        int end = message.questionEnd();
        for (int i = 0; i < records; i++) {
            int start = end;
            end = layout.afterRecord(start);
            if (layout.typeOfRecord(start) == Type.SOA) {
                ended = isEnd(serialBefore(message, end));
            } else if (soas == 0) {
                return true;
            }
        }
        return ended || first && records == 1 && isUpToDate();
    }

    private static int serialBefore(WireMessage message, int end) {
        return message.buffer().getInt(message.offset() + end - SERIAL_FROM_END);
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
