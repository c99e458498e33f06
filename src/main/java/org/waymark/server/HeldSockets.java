package org.waymark.server;

import org.waymark.config.Configuration;
import org.waymark.host.SocketStore;
import org.waymark.worker.Workers;

/** Leaves the listening sockets with systemd while Waymark runs, for the process after it. */
final class HeldSockets {
    private final SocketStore store;
    private final Workers workers;
    private final Notices notices;

    HeldSockets(SocketStore store, Workers workers, Notices notices) {
        this.store = store;
        this.workers = workers;
        this.notices = notices;
    }

    /** Makes them those that the workers serve now. */
    void renew(Configuration configuration) {
        notices.send(systemd ->
                store.hold(systemd, workers.listening(), configuration.marking().source()));
    }

    /** Whether the process after this one will read what comes from now on. */
    boolean areRead() {
        return store.isInUse();
    }
}
