package org.waymark.server;

import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.waymark.config.ServerAddress;
import org.waymark.listener.Networks;
import org.waymark.local.LocalNames;

/**
 * Checks every 2 s whether resolv.conf, hosts files and the host's networks have changed, and passes on changes. It has its own thread,
 * because reading a file may take long and no query must wait for that.
 */
final class HostWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HostWatch.class);
    private static final long INTERVAL_SECONDS = 2;

    private final ServerLists servers;
    private final LocalSources local;
    private final AllowedClients clients;
    private final Consumer<List<List<ServerAddress>>> onServers;
    private final Consumer<LocalNames> onLocalNames;
    private final Consumer<Networks> onClients;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread daemon = new Thread(task, "host");
        daemon.setDaemon(true);
        return daemon;
    });

    /**
     * Starts to check.
     *
     * @param onServers gets the servers of all groups when one has changed
     * @param onLocalNames gets the names that are answered here when they have changed
     * @param onClients gets the networks whose clients may ask when they have changed
     */
    HostWatch(
            ProcessResources resources,
            Consumer<List<List<ServerAddress>>> onServers,
            Consumer<LocalNames> onLocalNames,
            Consumer<Networks> onClients) {
        this.servers = resources.servers();
        this.local = resources.local();
        this.clients = resources.clients();
        this.onServers = onServers;
        this.onLocalNames = onLocalNames;
        this.onClients = onClients;
        if (servers.isWatching() || local.isWatching() || clients.isWatching()) {
            thread.scheduleWithFixedDelay(this::look, INTERVAL_SECONDS, INTERVAL_SECONDS, TimeUnit.SECONDS);
        }
    }

    private void look() {
        try {
            if (servers.refresh()) {
                onServers.accept(servers.current());
            }
            if (local.refresh()) {
                LOG.info("hosts files have changed");
                onLocalNames.accept(local.current());
            }
            if (clients.refresh()) {
                onClients.accept(clients.current());
            }
        } catch (RuntimeException e) {
            // After an exception the executor would never call again.
            LOG.error("can't take over what has changed at this host", e);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
