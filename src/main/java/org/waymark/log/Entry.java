package org.waymark.log;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.slf4j.event.KeyValuePair;
import org.slf4j.event.Level;

/**
 * What is to be logged.
 *
 * @param level its importance
 * @param message what has happened, for people
 * @param fields the same for programs, as far as anybody has taken it apart
 * @param cause the exception that it comes from; null if there is none
 */
record Entry(Level level, String message, List<KeyValuePair> fields, Throwable cause) {
    /** The exception with its stack trace, a line for each call. */
    String trace() {
        StringWriter trace = new StringWriter();
        cause.printStackTrace(new PrintWriter(trace, true));
        return trace.toString();
    }
}
