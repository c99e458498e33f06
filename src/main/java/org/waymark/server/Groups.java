package org.waymark.server;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.waymark.config.Server;
import org.waymark.config.UpstreamGroup;
import org.waymark.forward.Group;
import org.waymark.forward.Strategy;
import org.waymark.upstream.Destination;
import org.waymark.upstream.ServerState;
import org.waymark.upstream.Upstreams;

/** The groups of servers of one worker, on whose event loop all of this runs. */
final class Groups {
    private final Upstreams upstreams;
    private final SharedByWorkers shared;
    private final RandomGenerator random = new SplittableRandom();
    private final List<Group> groups = new ArrayList<>();

    /** Makes the groups with the servers that they have at present. */
    Groups(Upstreams upstreams, SharedByWorkers shared) {
        this.upstreams = upstreams;
        this.shared = shared;
        for (UpstreamGroup group : settings()) {
            Strategy strategy = Strategy.valueOf(group.strategy().name());
            groups.add(new Group(List.of(), strategy, group.timeout(), group.totalTimeout(), group.attempts(), random));
        }
        servers(shared.servers().current());
    }

    private List<UpstreamGroup> settings() {
        return shared.configuration().upstreams();
    }

    /** The groups in the order of the configuration. */
    List<Group> all() {
        return groups;
    }

    /** Gives each group its servers, in place of those before. A server that stays keeps its sockets. */
    void servers(List<List<Server>> servers) {
        for (int i = 0; i < groups.size(); i++) {
            UpstreamGroup settings = settings().get(i);
            List<ServerState> states = servers.get(i).stream()
                    .map(server -> shared.stateOf(server, settings))
                    .toList();
            replace(groups.get(i), states);
        }
    }

    private void replace(Group group, List<ServerState> servers) {
        List<Destination> gone = new ArrayList<>(group.servers());
        List<Destination> next = new ArrayList<>();
        for (ServerState server : servers) {
            Destination destination = destination(gone, server);
            gone.remove(destination);
            next.add(destination);
        }
        group.servers(next);
        gone.forEach(upstreams::retire);
    }

    private Destination destination(List<Destination> present, ServerState wanted) {
        return present.stream()
                .filter(destination -> destination.state() == wanted)
                .findFirst()
                .orElseGet(() -> upstreams.destination(wanted));
    }
}
