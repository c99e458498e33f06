package org.waymark.worker;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.waymark.cache.Views;
import org.waymark.config.UpstreamGroup;
import org.waymark.forward.ServerGroup;
import org.waymark.settings.Settings;
import org.waymark.upstream.ServerAccess;
import org.waymark.upstream.ServerState;
import org.waymark.upstream.UpstreamSockets;

/** The groups of servers of one worker. All of this runs on the worker's event loop. */
final class ServerGroups {
    private final UpstreamSockets upstreams;
    private final ServerStates states;
    private final Views views;
    private final RandomGenerator random = new SplittableRandom();
    private Map<String, ServerGroup> byName = Map.of();

    ServerGroups(UpstreamSockets upstreams, ServerStates states, Views views) {
        this.upstreams = upstreams;
        this.states = states;
        this.views = views;
    }

    /**
     * Takes over other groups. A server that stays in a group keeps its sockets. If a file has named other servers, pending queries of the
     * group go on to them, too. After a reload they finish among their own servers: the policies that chose these may be others now.
     *
     * @param isReload whether the configuration is another one
     * @param shareMask the bits in which outgoing marks of queries differ that share no answers
     * @return the groups in the order of the settings
     */
    List<ServerGroup> adopt(List<Settings.Group> groups, int shareMask, boolean isReload) {
        Map<String, ServerGroup> former = new HashMap<>(byName);
        Map<String, ServerGroup> adopted = new HashMap<>();
        List<ServerGroup> inOrder = new ArrayList<>();
        for (Settings.Group each : groups) {
            String name = each.configured().name();
            ServerGroup group = adopt(each, former.remove(name), isReload);
            group.shareAnswers(views.number(name, identity(each), shareMask), shareMask);
            adopted.put(name, group);
            inOrder.add(group);
        }
        former.values().forEach(group -> group.servers().forEach(upstreams::retire));
        byName = adopted;
        return inOrder;
    }

    /** What the answers of a group depend on. */
    private static String identity(Settings.Group group) {
        return group.servers() + " certified by "
                + group.configured().authorities().hashCode();
    }

    private ServerGroup adopt(Settings.Group settings, ServerGroup former, boolean isReload) {
        List<ServerAccess> gone = former == null ? new ArrayList<>() : new ArrayList<>(former.servers());
        List<ServerAccess> servers = new ArrayList<>();
        for (ServerState server : states.of(settings)) {
            ServerAccess access = accessTo(gone, server);
            gone.remove(access);
            servers.add(access);
        }
        gone.forEach(upstreams::retire);
        if (former == null || isReload && !former.servers().equals(servers)) {
            return new ServerGroup(servers, tries(settings.configured()), random);
        }
        former.adopt(servers, tries(settings.configured()));
        return former;
    }

    private static ServerGroup.Tries tries(UpstreamGroup group) {
        return new ServerGroup.Tries(group.strategy(), group.timeout(), group.totalTimeout(), group.attempts());
    }

    private ServerAccess accessTo(List<ServerAccess> present, ServerState wanted) {
        return present.stream()
                .filter(access -> access.state() == wanted)
                .findFirst()
                .orElseGet(() -> upstreams.accessTo(wanted));
    }
}
