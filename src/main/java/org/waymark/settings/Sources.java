package org.waymark.settings;

import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.waymark.config.Configuration;
import org.waymark.config.ServerAddress;
import org.waymark.config.UpstreamGroup;

/**
 * What settings are made of: a configuration, and what it leaves to the host, which are resolv.conf files, hosts files, lists of names, and the networks of
 * the interfaces.
 */
final class Sources {
    private static final Logger LOG = LoggerFactory.getLogger(Sources.class);

    private final Configuration configuration;
    private final ServerLists servers;
    private final LocalSources local;
    private final NameSources names;
    private final AllowedClients clients;
    private boolean hostsAreNews;

    private Sources(Configuration configuration, ServerLists servers, LocalSources local, NameSources names) {
        this.configuration = configuration;
        this.servers = servers;
        this.local = local;
        this.names = names;
        this.clients = new AllowedClients(configuration.listen());
    }

    /** Reads everything for the first time. */
    static Sources of(Configuration configuration) {
        return new Sources(
                configuration,
                new ServerLists(configuration),
                new LocalSources(configuration),
                new NameSources(configuration));
    }

    /** Reads everything anew for another configuration. What a file that is away for a moment has said stays. */
    Sources replacedBy(Configuration next) {
        return new Sources(next, servers.replacedBy(next), local.replacedBy(next), names.replacedBy(next));
    }

    Settings current() {
        return new Settings(
                configuration,
                clients.current(),
                Policies.of(configuration, names.current()),
                groups(),
                local.current());
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

    /** Logs which clients may ask because of the interfaces. */
    void announce() {
        clients.announce();
    }

    /** Logs which clients may ask because of the interfaces, if these are others than before. */
    void announceChange(Sources former) {
        clients.announceChange(former.clients);
    }

    /** Looks again at what the host says. Returns whether it has changed. */
    boolean refresh() {
        boolean changed = servers.refresh();
        if (local.refresh()) {
            hostsAreNews = true;
            changed = true;
        }
        changed |= names.refresh();
        return clients.refresh() || changed;
    }

    /** Gives back what only former settings had; the current ones must be in force. */
    void tidy() {
        names.tidy();
    }

    /** Logs what has changed at the host, once it is in force. */
    void tell() {
        servers.tell();
        clients.tell();
        if (hostsAreNews) {
            hostsAreNews = false;
            LOG.info("hosts files have changed");
        }
    }
}
