package org.waymark.worker;

import java.util.ArrayList;
import java.util.List;
import org.waymark.settings.Settings;

/** Settings that are not in force yet, with everything that the workers need for them. Whoever has it closes it, also after it was adopted. */
public final class Preparation implements AutoCloseable {
    private final Settings settings;
    private final List<NewParts> parts = new ArrayList<>();

    Preparation(Settings settings) {
        this.settings = settings;
    }

    void add(NewParts ofNextWorker) {
        parts.add(ofNextWorker);
    }

    Settings settings() {
        return settings;
    }

    NewParts parts(int worker) {
        return parts.get(worker);
    }

    /** Closes what no worker has taken. */
    @Override
    public void close() {
        parts.forEach(NewParts::close);
    }
}
