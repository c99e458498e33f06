package org.waymark.systemd;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Writes lines for the journal, each with its priority in front (man 3 sd-daemon); without it the journal takes every line as information.
 * The lines of the log bring their priority along. Any other line gets that of an error.
 */
public final class JournalStream extends OutputStream {
    private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");

    /** The beginning of a line that tells of an error. */
    public static final String ERROR = "<3>";

    /** The beginning of a line that warns. */
    public static final String WARNING = "<4>";

    /** The beginning of a line that an operator may want to know. */
    public static final String INFORMATION = "<6>";

    /** The beginning of a line that helps to find a fault. */
    public static final String DETAIL = "<7>";

    private final OutputStream journal;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    /**
     * @param journal takes whole lines, in UTF-8
     */
    public JournalStream(OutputStream journal) {
        this.journal = journal;
    }

    /**
     * Gives the lines of standard error their priorities from now on, if the journal reads it.
     *
     * @param journalStream the value of JOURNAL_STREAM (man 5 systemd.exec), null if it is not set
     * @return whether it does
     */
    public static boolean onStandardError(String journalStream) {
        boolean reads = isStandardError(journalStream);
        if (reads) {
            System.setErr(new PrintStream(new JournalStream(System.err), true, StandardCharsets.UTF_8));
        }
        return reads;
    }

    /** Whether standard error is the stream that the variable names: the variable may be inherited while standard error leads elsewhere. */
    static boolean isStandardError(String journalStream) {
        if (journalStream == null) {
            return false;
        }
        try {
            Map<String, Object> file = Files.readAttributes(STANDARD_ERROR, "unix:dev,ino");
            return journalStream.equals(file.get("dev") + ":" + file.get("ino"));
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public synchronized void write(int oneByte) throws IOException {
        line.write(oneByte);
        if (oneByte == '\n') {
            if (!hasPriority(line.toByteArray())) {
                journal.write(ERROR.getBytes(StandardCharsets.US_ASCII));
            }
            line.writeTo(journal);
            line.reset();
        }
    }

    private static boolean hasPriority(byte[] line) {
        return line.length > 3 && line[0] == '<' && line[1] >= '0' && line[1] <= '7' && line[2] == '>';
    }

    @Override
    public void flush() throws IOException {
        journal.flush();
    }
}
