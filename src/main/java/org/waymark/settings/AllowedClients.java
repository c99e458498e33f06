package org.waymark.settings;

import java.net.SocketException;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.waymark.config.Listen;
import org.waymark.config.Network;
import org.waymark.host.Interfaces;
import org.waymark.listener.Networks;

/**
 * The clients that may ask: those on the networks in the configuration and, if it says so, on the networks of the host's interfaces, which
 * may change.
 */
final class AllowedClients {
    private static final Logger LOG = LoggerFactory.getLogger(AllowedClients.class);

    private final Listen listen;
    private volatile Set<Network> own = Set.of();
    private boolean failureIsLogged;
    private volatile Networks current;

    /** Reads the networks of the interfaces for the first time. */
    AllowedClients(Listen listen) {
        this.listen = listen;
        this.current = networks(listen.allowFrom(), Set.of());
        look();
    }

    private static Networks networks(Collection<Network> some, Collection<Network> more) {
        Networks networks = new Networks();
        some.forEach(network -> networks.add(network.address(), network.prefixLength()));
        more.forEach(network -> networks.add(network.address(), network.prefixLength()));
        return networks;
    }

    /** Whether the networks may change. */
    boolean isWatching() {
        return listen.ownNetworks();
    }

    /** Reads the networks of the interfaces again, and logs a change. Returns whether they have changed. */
    boolean refresh() {
        boolean changed = look();
        if (changed) {
            log();
        }
        return changed;
    }

    /** Once Waymark has started, logs which clients may ask because of the interfaces. */
    void announce() {
        if (!own.isEmpty()) {
            log();
        }
    }

    /** Logs them if they are others than before. */
    void announceChange(AllowedClients former) {
        if (!own.equals(former.own)) {
            log();
        }
    }

    private void log() {
        LOG.info(
                "Clients on this host's own networks may ask, too (listen.allow-from, \"private\"): {}",
                own.isEmpty()
                        ? "none now"
                        : own.stream().map(Network::toString).sorted().collect(Collectors.joining(", ")));
    }

    /** Returns whether the networks have changed. If they can't be read, that is logged once. */
    private boolean look() {
        if (!isWatching()) {
            return false;
        }
        try {
            Set<Network> networks = Interfaces.networks();
            failureIsLogged = false;
            return take(networks);
        } catch (SocketException e) {
            if (!failureIsLogged) {
                failureIsLogged = true;
                LOG.warn(
                        "can't read the networks of this host's interfaces, so the previous ones stay: {}",
                        e.getMessage());
            }
            return false;
        }
    }

    private boolean take(Set<Network> networks) {
        Set<Network> now = networks.stream().filter(this::isNotConfigured).collect(Collectors.toSet());
        if (now.equals(own)) {
            return false;
        }
        own = now;
        current = networks(listen.allowFrom(), own);
        return true;
    }

    private boolean isNotConfigured(Network network) {
        return listen.allowFrom().stream().noneMatch(configured -> configured.covers(network));
    }

    /** The current networks, an object that never changes. */
    Networks current() {
        return current;
    }
}
