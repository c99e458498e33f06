package org.waymark.host;

import java.util.List;
import java.util.Map;
import java.util.Set;
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

    /** Those that lead nowhere, as the log has told. */
    private List<MarkMask> told = List.of();

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

    /** Guards these marks, and no others, from now on. */
    void guard(List<MarkMask> others) {
        marks = others;
    }

    /** Reads the routes as they are now, and logs which marks lead nowhere any more, or lead somewhere again. */
    List<GuardedMark> read() throws LinuxException {
        Map<MarkMask, Map<IpVersion, Set<Integer>>> interfaces = routes.interfaces(marks);
        tell(marks.stream()
                .filter(mark -> interfaces.get(mark).values().stream().allMatch(Set::isEmpty))
                .toList());
        return marks.stream()
                .map(mark -> new GuardedMark(
                        mark.value(),
                        mark.mask(),
                        interfaces.get(mark).get(IpVersion.IPV4),
                        interfaces.get(mark).get(IpVersion.IPV6)))
                .toList();
    }

    private void tell(List<MarkMask> nowhere) {
        nowhere.stream()
                .filter(mark -> !told.contains(mark))
                .forEach(mark -> LOG.warn(
                        "no route for the mark {}, and a policy requires it: its queries do not leave; see: ip rule (fwmark {}), and"
                                + " ip route show table with the number that the rule names",
                        mark,
                        mark));
        told.stream()
                .filter(mark -> marks.contains(mark) && !nowhere.contains(mark))
                .forEach(mark -> LOG.info("the mark {} has a route again", mark));
        told = nowhere;
    }

    @Override
    public void close() {
        routes.close();
    }
}
