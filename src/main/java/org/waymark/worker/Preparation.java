package org.waymark.worker;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.waymark.settings.Settings;

/** Settings that are not in force yet, with everything that the workers need for them. Whoever has it closes it, also after it was adopted. */
public final class Preparation implements AutoCloseable {
    private final Settings settings;
    private final List<InetSocketAddress> added;
    private final List<NewParts> parts = new ArrayList<>();

    /**
     * @param added the addresses that the workers do not serve yet
     */
    Preparation(Settings settings, List<InetSocketAddress> added) {
        this.settings = settings;
        this.added = added;
    }

    void add(NewParts ofNextWorker) {
        parts.add(ofNextWorker);
    }

    Settings settings() {
        return settings;
    }

    List<InetSocketAddress> added() {
        return added;
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
