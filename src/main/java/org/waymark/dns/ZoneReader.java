package org.waymark.dns;

import java.io.IOException;
import java.io.InputStream;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Master;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;

/**
 * The records of a zone file, one after the other, however many there are. After a record that can't be read it goes on with the next line.
 * It follows no $INCLUDE, which would read any file of the host, and expands no $GENERATE, of which one line makes billions of records.
 */
public final class ZoneReader {
    /** For zones that say nothing, in seconds: short, since the file may change at any time. */
    private static final long USUAL_TTL = 60;

    private final ZoneLines lines;
    private Master master;
    private Record record;

    /** A record can't be read. */
    public static final class BrokenRecordException extends Exception {
        private static final long serialVersionUID = 1;

        BrokenRecordException(String message) {
            super(message);
        }
    }

    /**
     * @param input the file, whose names are below the root until it says something else
     */
    public ZoneReader(InputStream input) {
        lines = new ZoneLines(input);
        master = newMaster();
    }

    private Master newMaster() {
        Master next = new Master(lines, Name.root, USUAL_TTL);
        next.disableIncludes(true);
        next.expandGenerate(false);
        return next;
    }

    /**
     * Reads the next record of class IN.
     *
     * @return false if there is none any more
     * @throws BrokenRecordException if it can't be read; the message is for people, and the next call goes on behind it
     * @throws IOException if the file can't be read
     */
    public boolean next() throws BrokenRecordException, IOException {
        do {
            lines.beginRecord();
            try {
                record = master.nextRecord();
            } catch (IOException | RuntimeException e) {
                // For some types dnsjava throws other exceptions, such as NumberFormatException.
                goOnBehind(e);
            }
        } while (record != null && record.getDClass() != DClass.IN);
        return record != null;
    }

    private void goOnBehind(Exception problem) throws BrokenRecordException, IOException {
        if (lines.failure() != null) {
            throw lines.failure();
        }
        lines.endLine();
        master = newMaster();
        // dnsjava begins its messages with the file and the line, of which it knows neither.
        throw new BrokenRecordException(String.valueOf(problem.getMessage()).replaceFirst("^<none>:\\d+: ", ""));
    }

    /** The number of the line where the record that was read last ends, counted from 1. */
    public int line() {
        return lines.number();
    }

    /** The name that has the record. */
    public DomainName owner() {
        return DomainName.of(record.getName());
    }

    /** The record. */
    public ResourceRecord record() {
        return ResourceRecord.of(record);
    }
}
