package org.waymark.host;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.waymark.firewall.GuardedMark;
import org.waymark.linux.LinuxException;
import org.waymark.mark.MarkMask;
import org.waymark.routes.IpVersion;
import org.waymark.routes.MarkRoutes;

/** The marks whose routes are required, and the interfaces of these routes. Not thread-safe. */
final class GuardedRoutes implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GuardedRoutes.class);

    private final MarkRoutes routes;
    private List<MarkMask> marks = List.of();
    private Set<InetAddress> servers = Set.of();

    /** What leads nowhere, as the log has told. */
    private Set<String> told = Set.of();

    private GuardedRoutes(MarkRoutes routes) {
        this.routes = routes;
    }

    /**
     * @param changed is called on another thread when routes may have changed
     * @throws LinuxException if the kernel does not tell about its routes
     */
    static GuardedRoutes watch(Runnable changed) throws LinuxException {
        return new GuardedRoutes(MarkRoutes.watch(changed));
    }

    /** Guards these marks, and no others, from now on, on the way to these servers. */
    void guard(List<MarkMask> others, Set<InetAddress> theirServers) {
        marks = others;
        servers = theirServers;
    }

    /** Reads the routes as they are now, and logs which marks lead nowhere any more, or lead somewhere again. */
    List<GuardedMark> read() throws LinuxException {
        Map<MarkMask, Map<IpVersion, Set<Integer>>> interfaces = routes.interfaces(marks, servers);
        tell(interfaces);
        return marks.stream()
                .map(mark -> new GuardedMark(
                        mark.value(),
                        mark.mask(),
                        interfaces.get(mark).get(IpVersion.IPV4),
                        interfaces.get(mark).get(IpVersion.IPV6)))
                .toList();
    }

    private void tell(Map<MarkMask, Map<IpVersion, Set<Integer>>> interfaces) {
        Set<String> nowhere = new TreeSet<>();
        for (IpVersion version : IpVersion.values()) {
            if (servers.stream().anyMatch(version::has)) {
                marks.stream()
                        .filter(mark -> interfaces.get(mark).get(version).isEmpty())
                        .forEach(mark -> nowhere.add(mark + " over " + version.title()));
            }
        }
        nowhere.stream()
                .filter(each -> !told.contains(each))
                .forEach(each -> LOG.warn(
                        "no route to a server for the mark {}, and a policy requires it (require-route): its queries do not leave;"
                                + " see the ip rule for the mark (fwmark), and ip route show table with the number that it names",
                        each));
        told.stream()
                .filter(each -> !nowhere.contains(each) && marks.stream().anyMatch(mark -> each.startsWith(mark + " ")))
                .forEach(each -> LOG.info("there is a route again for the mark {}", each));
        told = nowhere;
    }

    @Override
    public void close() {
        routes.close();
    }
}
