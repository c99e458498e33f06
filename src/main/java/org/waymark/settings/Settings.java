package org.waymark.settings;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.waymark.config.Configuration;
import org.waymark.config.Limits;
import org.waymark.config.ServerAddress;
import org.waymark.config.UpstreamGroup;
import org.waymark.listener.Networks;
import org.waymark.local.LocalNames;
import org.waymark.policy.Policy;

/**
 * Everything that Waymark goes by, as of one moment: the configuration, and what it leaves to files and interfaces of the host. It never
 * changes; each worker adopts the next one as a whole, which is the only way to change anything while Waymark runs.
 *
 * @param configuration what the configuration file says
 * @param clients the networks whose clients may ask
 * @param policy decides about queries by mark and name
 * @param groups the groups of servers that it chooses from, in the order of the configuration
 * @param names what is answered here
 */
public record Settings(
        Configuration configuration, Networks clients, Policy policy, List<Group> groups, LocalNames names) {
    /**
     * A group of servers.
     *
     * @param configured the group in the configuration
     * @param servers the servers that it has now; there may be none while no file names any
     */
    public record Group(UpstreamGroup configured, List<ServerAddress> servers) {
        public Group {
            servers = List.copyOf(servers);
        }

        /** The servers, for people. */
        @Override
        public String toString() {
            return "servers of " + configured.name() + ": "
                    + (servers.isEmpty()
                            ? "none yet"
                            : servers.stream().map(ServerAddress::toString).collect(Collectors.joining(", ")));
        }
    }

    public Settings {
        groups = List.copyOf(groups);
    }

    /**
     * @return how much of everything there may be
     */
    public Limits limits() {
        return configuration.limits();
    }

    /**
     * @return the servers of all groups
     */
    public Set<ServerAddress> servers() {
        return groups.stream().flatMap(group -> group.servers().stream()).collect(Collectors.toUnmodifiableSet());
    }
}
