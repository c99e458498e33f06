package org.waymark.log;

import java.util.List;
import org.slf4j.Marker;
import org.slf4j.event.KeyValuePair;
import org.slf4j.event.Level;
import org.slf4j.event.LoggingEvent;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.spi.LoggingEventAware;

/** Writes what it is told as a line of the log, if its level is wanted now. */
final class LineLogger extends LegacyAbstractLogger implements LoggingEventAware {
    private static final long serialVersionUID = 1;

    LineLogger(String name) {
        this.name = name;
    }

    @Override
    public boolean isTraceEnabled() {
        return LogSettings.wants(name, Level.TRACE);
    }

    @Override
    public boolean isDebugEnabled() {
        return LogSettings.wants(name, Level.DEBUG);
    }

    @Override
    public boolean isInfoEnabled() {
        return LogSettings.wants(name, Level.INFO);
    }

    @Override
    public boolean isWarnEnabled() {
        return LogSettings.wants(name, Level.WARN);
    }

    @Override
    public boolean isErrorEnabled() {
        return LogSettings.wants(name, Level.ERROR);
    }

    @Override
    protected void handleNormalizedLoggingCall(
            Level level, Marker marker, String pattern, Object[] arguments, Throwable cause) {
        write(level, pattern, arguments, List.of(), cause);
    }

    @Override
    public void log(LoggingEvent event) {
        List<KeyValuePair> fields = event.getKeyValuePairs();
        write(
                event.getLevel(),
                event.getMessage(),
                event.getArgumentArray(),
                fields == null ? List.of() : fields,
                event.getThrowable());
    }

    private static void write(
            Level level, String pattern, Object[] arguments, List<KeyValuePair> fields, Throwable cause) {
        LogSettings.write(new Entry(level, MessageFormatter.basicArrayFormat(pattern, arguments), fields, cause));
    }

    @Override
    protected String getFullyQualifiedCallerName() {
        return null; // Lines don't say where they come from.
    }
}
