package org.waymark.settings;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.waymark.config.Configuration;
import org.waymark.config.ServerAddress;
import org.waymark.config.UpstreamGroup;
import org.waymark.policy.Policy;

/**
 * Makes the settings from the configuration and from what it leaves to the host: resolv.conf, hosts files, and the networks of the
 * interfaces. Every 2 s it checks whether these have changed. It has its own thread, because reading a file may take long and no query must
 * wait for that.
 */
public final class SettingsWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SettingsWatch.class);

    private static final long INTERVAL_SECONDS = 2;

    private final Configuration configuration;
    private final Policy policy;
    private final ServerLists servers;
    private final LocalSources local;
    private final AllowedClients clients;

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread daemon = new Thread(task, "settings");
        daemon.setDaemon(true);
        return daemon;
    });

    /**
     * Reads everything for the first time.
     *
     * @param configuration the configuration
     */
    public SettingsWatch(Configuration configuration) {
        this.configuration = configuration;
        this.policy = Policies.of(configuration);
        this.servers = new ServerLists(configuration);
        this.local = new LocalSources(configuration);
        this.clients = new AllowedClients(configuration.listen());
    }

    /**
     * @return the settings as of now
     */
    public Settings current() {
        return new Settings(
                clients.current(),
                policy,
                groups(),
                local.current(),
                configuration.limits(),
                configuration.log().queries());
    }

    private List<Settings.Group> groups() {
        List<UpstreamGroup> configured = configuration.upstreams();
        List<List<ServerAddress>> current = servers.current();
        List<Settings.Group> groups = new ArrayList<>();
        for (int i = 0; i < configured.size(); i++) {
            groups.add(new Settings.Group(configured.get(i), current.get(i)));
        }
        return groups;
    }

    /**
     * Starts to check, and logs which clients may ask because of the interfaces.
     *
     * @param onChange gets the settings whenever they have changed
     */
    public void start(Consumer<Settings> onChange) {
        clients.announce();
        if (servers.isWatching() || local.isWatching() || clients.isWatching()) {
            thread.scheduleWithFixedDelay(() -> check(onChange), INTERVAL_SECONDS, INTERVAL_SECONDS, TimeUnit.SECONDS);
        }
    }

    private void check(Consumer<Settings> onChange) {
        try {
            if (refresh()) {
                onChange.accept(current());
            }
        } catch (RuntimeException e) {
            // After an exception the executor would never call again.
            LOG.error("can't adopt what has changed on this host", e);
        }
    }

    private boolean refresh() {
        boolean changed = servers.refresh();
        if (local.refresh()) {
            LOG.info("hosts files have changed");
            changed = true;
        }
        return clients.refresh() || changed;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
