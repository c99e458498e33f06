package org.waymark.server;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.waymark.control.Command;
import org.waymark.worker.Workers;

/** {@code waymark status}: how a running Waymark is doing. */
final class Status implements Command {
    private final Workers workers;
    private final Origin origin;
    private final Instant since = Instant.now();

    Status(Workers workers, Origin origin) {
        this.workers = workers;
        this.origin = origin;
    }

    @Override
    public String name() {
        return "status";
    }

    @Override
    public Map<String, Object> answer(Map<String, Object> arguments) {
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("version", origin.version());
        status.put("configuration", origin.file().toString());
        status.put("since", since.toString());
        status.put("workers", workers.count());
        return status;
    }
}
