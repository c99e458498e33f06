package org.waymark.log;

import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.slf4j.event.Level;
import org.waymark.config.Log;
import org.waymark.systemd.JournalStream;

/**
 * Which lines are written, and how. Any thread may change it at any time; it counts from the next line on. Lines go to
 * {@link System#err}. Libraries log only warnings and errors: at lower levels they log their own start, which does not concern an operator.
 */
public final class LogSettings {
    private static final String OWN = "org.waymark.";

    /**
     * On a host that has only tunnels Netty warns that it finds no hardware address, which it wants for connection ids that nobody sees.
     */
    private static final String NEEDLESS_WARNINGS = "io.netty.util.internal.MacAddressUtil";

    private static final Pattern LINE_STARTS = Pattern.compile("(?m)^(?=.)");
    private static final LatestWarnings LATEST = new LatestWarnings();

    /** Before the configuration is read, there is nothing to log but trouble. */
    private static volatile Level level = Level.WARN;

    private static volatile LineFormat format = LineFormat.TEXT;
    private static volatile boolean forJournal;

    private LogSettings() {}

    /** Lets each line tell the journal how important it is, if the journal reads standard error. */
    public static void detectJournal() {
        forJournal = JournalStream.onStandardError(System.getenv("JOURNAL_STREAM"));
    }

    /**
     * @param log what the configuration says
     */
    public static void apply(Log log) {
        format = switch (log.format()) {
            case TEXT -> LineFormat.TEXT;
            case JSON -> LineFormat.JSON_LINES;
        };
        level(log.level());
    }

    /**
     * @param wanted the least important level that is written from now on
     */
    public static void level(Log.Level wanted) {
        level = Level.valueOf(wanted.name());
    }

    /**
     * @return the latest warnings and errors
     */
    public static LatestWarnings latestWarnings() {
        return LATEST;
    }

    static boolean wants(String logger, Level wanted) {
        return wanted.toInt() >= least(logger).toInt();
    }

    private static Level least(String logger) {
        Level now = level;
        if (logger.startsWith(OWN)) {
            return now;
        }
        return now == Level.ERROR || logger.equals(NEEDLESS_WARNINGS) ? Level.ERROR : Level.WARN;
    }

    static void write(Entry entry) {
        if (entry.level().toInt() >= Level.WARN.toInt()) {
            LATEST.add(Instant.now(), entry.message());
        }
        System.err.print(lines(entry));
    }

    /**
     * @param warning a line that warns, and is not one of the log
     * @return the same, as standard error should get it: if the journal reads it, with the priority of a warning
     */
    public static String markedForJournal(String warning) {
        return forJournal ? JournalStream.WARNING + warning : warning;
    }

    /** Lines that tell of the log itself. */
    static String warning(String message) {
        return lines(new Entry(Level.WARN, message, List.of(), null));
    }

    private static String lines(Entry entry) {
        String lines = format.write(entry, Instant.now());
        return forJournal ? LINE_STARTS.matcher(lines).replaceAll(priority(entry.level())) : lines;
    }

    private static String priority(Level of) {
        return switch (of) {
            case ERROR -> JournalStream.ERROR;
            case WARN -> JournalStream.WARNING;
            case INFO -> JournalStream.INFORMATION;
            case DEBUG, TRACE -> JournalStream.DETAIL;
        };
    }
}
