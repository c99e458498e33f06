package org.waymark.host;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.waymark.firewall.GuardedMark;
import org.waymark.linux.LinuxException;
import org.waymark.mark.MarkMask;
import org.waymark.routes.IpVersion;
import org.waymark.routes.MarkRoutes;

/** The marks whose routes are required, and the interfaces of these routes. Not thread-safe. */
final class GuardedRoutes implements AutoCloseable {
    private final MarkRoutes routes;
    private List<MarkMask> marks = List.of();

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

    /** Reads the routes as they are now. */
    List<GuardedMark> read() throws LinuxException {
        Map<MarkMask, Map<IpVersion, Set<Integer>>> interfaces = routes.interfaces(marks);
        return marks.stream()
                .map(mark -> new GuardedMark(
                        mark.value(),
                        mark.mask(),
                        interfaces.get(mark).get(IpVersion.IPV4),
                        interfaces.get(mark).get(IpVersion.IPV6)))
                .toList();
    }

    @Override
    public void close() {
        routes.close();
    }
}
