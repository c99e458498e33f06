package org.waymark.dns;

import org.xbill.DNS.Type;

/**
 * Reads the messages of a zone transfer over TCP, AXFR (RFC 5936 section 2.2) or IXFR (RFC 1995 section 4), and finds
 * the last one.
 *
 * <p>A transfer begins and ends with the SOA record of the zone's current version. In between, an IXFR has pairs of SOA
 * records: one before the records that are removed from a version, and one before those that are added for the next. So
 * if SOA records are counted from 0, the one that ends a transfer of either kind has an odd number and the serial of
 * the first, and no other SOA record has both.
 */
public final class TransferReader {
    /** The data of an SOA record ends with five numbers of four bytes. The serial is the first of them. */
    private static final int SERIAL_FROM_END = 20;

    private final MessageLayout layout = new MessageLayout();
    private boolean begun;
    private boolean hasAskedSerial;
    private int askedSerial;
    private int soas;
    private int serial;

    /**
     * Starts to read a transfer.
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
     * Whether the next message of the answer is the last. It also is if it reports an error, or if it is the first and
     * does not start with an SOA record. A message that can't be read or has no answer records is the last only if it
     * is the first.
     *
     * @param message the message, at least a header
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

    /** A client that already has the current version gets only the SOA record of that version. */
    private boolean isUpToDate() {
        // Serials wrap around (RFC 1982).
        return hasAskedSerial && serial - askedSerial <= 0;
    }
}
