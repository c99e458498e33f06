package org.waymark.control;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** The lines of the protocol: JSON objects, in UTF-8. */
final class Lines {
    /** The keys of what the server sends; each line has one of them. */
    static final String OK = "ok";

    static final String ERROR = "error";
    static final String EVENT = "event";
    static final String LOST = "lost";

    /** The key of a request that names what is wanted; the other keys are its arguments. */
    static final String COMMAND = "command";

    private Lines() {}

    /** A line with one key, complete with its end. */
    static byte[] of(String key, Object value) {
        return of(Map.of(key, value));
    }

    /** A request, complete with its end. */
    static byte[] request(String command, Map<String, Object> arguments) {
        Map<String, Object> request = new LinkedHashMap<>();
        request.put(COMMAND, command);
        request.putAll(arguments);
        return of(request);
    }

    private static byte[] of(Map<String, Object> object) {
        try {
            return (JSON.std.asString(object) + "\n").getBytes(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalArgumentException("not a value that JSON has: " + object, e);
        }
    }

    /**
     * Reads a line.
     *
     * @throws IOException if it is not a JSON object
     */
    static Map<String, Object> read(String line) throws IOException {
        Object value = JSON.std.anyFrom(line);
        if (!(value instanceof Map<?, ?> object)) {
            throw new IOException("not an object");
        }
        return object(object);
    }

    /** An object in what was read, whose keys are text in JSON. */
    static Map<String, Object> object(Map<?, ?> read) {
        Map<String, Object> object = new LinkedHashMap<>();
        read.forEach((key, value) -> object.put((String) key, value));
        return object;
    }
}
