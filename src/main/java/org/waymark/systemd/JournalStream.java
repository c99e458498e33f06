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
 * The level at the start of a line of the log decides its priority. Any other line has the priority of an error.
 */
public final class JournalStream extends OutputStream {
    private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");

    private static final Map<String, String> PRIORITIES =
            Map.of("ERROR", "<3>", "WARN", "<4>", "INFO", "<6>", "DEBUG", "<7>", "TRACE", "<7>");

    private static final String OF_OTHERS = "<3>";

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
     */
    public static void onStandardError(String journalStream) {
        if (isStandardError(journalStream)) {
            System.setErr(new PrintStream(new JournalStream(System.err), true, StandardCharsets.UTF_8));
        }
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
            byte[] text = line.toByteArray();
            line.reset();
            line.writeBytes(priorityOf(text).getBytes(StandardCharsets.US_ASCII));
            line.writeBytes(text);
            line.writeTo(journal);
            line.reset();
        }
    }

    private static String priorityOf(byte[] text) {
        String level = new String(text, StandardCharsets.UTF_8).split(" ", 2)[0];
        return PRIORITIES.getOrDefault(level, OF_OTHERS);
    }

    @Override
    public void flush() throws IOException {
        journal.flush();
    }
}
