package org.waymark.log;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;

/** How a line of the log is written. */
enum LineFormat {
    /** {@code LEVEL message}, for people; journald adds the time. A stack trace takes lines of its own. */
    TEXT {
        @Override
        String write(Entry entry, Instant now) {
            String line = entry.level() + " " + entry.message() + "\n";
            return entry.cause() == null ? line : line + entry.trace();
        }
    },
    /** An object of JSON in one line, for programs: time, level, message, and what there is beyond that. */
    JSON_LINES {
        @Override
        String write(Entry entry, Instant now) {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("time", TIME.format(now));
            object.put("level", entry.level().toString());
            object.put("message", entry.message());
            entry.fields().forEach(field -> object.put(field.key, field.value));
            if (entry.cause() != null) {
                object.put("trace", entry.trace());
            }
            try {
                return JSON.std.asString(object) + "\n";
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    };

    /** RFC 3339, always with milliseconds, so that texts sort as times do. */
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    /** Returns the line, or the lines, each with a newline at its end. */
    abstract String write(Entry entry, Instant now);
}
