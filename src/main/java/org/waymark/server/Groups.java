package org.waymark.server;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.waymark.config.ServerAddress;
import org.waymark.config.UpstreamGroup;
import org.waymark.forward.ServerGroup;
import org.waymark.upstream.ServerAccess;
import org.waymark.upstream.ServerState;
import org.waymark.upstream.UpstreamSockets;

/** The groups of servers of one worker. All of this runs on the worker's event loop. */
final class Groups {
    private final UpstreamSockets upstreams;
    private final ProcessResources resources;
    private final RandomGenerator random = new SplittableRandom();
    private final List<ServerGroup> groups = new ArrayList<>();

    /** Makes the groups with the servers that they have now. */
    Groups(UpstreamSockets upstreams, ProcessResources resources) {
        this.upstreams = upstreams;
        this.resources = resources;
        for (UpstreamGroup group : settings()) {
            groups.add(new ServerGroup(
                    List.of(), group.strategy(), group.timeout(), group.totalTimeout(), group.attempts(), random));
        }
        servers(resources.servers().current());
    }

    private List<UpstreamGroup> settings() {
        return resources.configuration().upstreams();
    }

    /** The groups in the order of the configuration. */
    List<ServerGroup> all() {
        return groups;
    }

    /** Replaces the servers of each group. A server that stays keeps its sockets. */
    void servers(List<List<ServerAddress>> servers) {
        for (int i = 0; i < groups.size(); i++) {
            UpstreamGroup settings = settings().get(i);
            List<ServerState> states = servers.get(i).stream()
                    .map(server -> resources.stateOf(server, settings))
                    .toList();
            replace(groups.get(i), states);
        }
    }

    private void replace(ServerGroup group, List<ServerState> servers) {
        List<ServerAccess> gone = new ArrayList<>(group.servers());
        List<ServerAccess> next = new ArrayList<>();
        for (ServerState server : servers) {
            ServerAccess access = accessTo(gone, server);
            gone.remove(access);
            next.add(access);
        }
        group.servers(next);
        gone.forEach(upstreams::retire);
    }

    private ServerAccess accessTo(List<ServerAccess> present, ServerState wanted) {
        return present.stream()
                .filter(access -> access.state() == wanted)
                .findFirst()
                .orElseGet(() -> upstreams.accessTo(wanted));
    }
}
