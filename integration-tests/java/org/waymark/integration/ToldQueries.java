package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.waymark.lab.ControlSocketClient;
import org.waymark.lab.Waiting;

/** Reads what a watcher is told, as it comes. */
final class ToldQueries {
    private final List<Map<?, ?>> events = new ArrayList<>();
    private long lost;

    ToldQueries(ControlSocketClient watcher) {
        Thread thread = new Thread(() -> read(watcher), "reader");
        thread.setDaemon(true);
        thread.start();
    }

    private void read(ControlSocketClient watcher) {
        for (Map<String, Object> line = watcher.read(); line != null; line = watcher.read()) {
            add(line);
        }
    }

    private synchronized void add(Map<String, Object> line) {
        if (line.get("event") instanceof Map<?, ?> event) {
            events.add(event);
        } else {
            lost += ((Number) line.get("lost")).longValue();
        }
    }

    synchronized List<Map<?, ?>> events() {
        return List.copyOf(events);
    }

    synchronized long lost() {
        return lost;
    }

    /** Waits until so many queries have been told, one way or the other, and fails if there are more. */
    void await(long queries) {
        Waiting.until(Waiting.PATIENCE, queries + " queries", () -> events().size() + lost() >= queries);
        assertEquals(queries, events().size() + lost());
    }
}
