package org.waymark.doctor;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.waymark.mark.Mark;
import org.waymark.programs.HostProgram;

/**
 * The route that packets of this host take to an address with a mark.
 *
 * @param link the interface; empty if there is no route
 * @param source the source address; empty if there is no route
 * @param problem why there is no route, in the words of ip; empty if there is one
 */
record Route(Optional<String> link, Optional<String> source, String problem) {
    static Route to(InetAddress address, int mark) {
        HostProgram.Result result = HostProgram.run(
                        "ip", "-j", "route", "get", address.getHostAddress(), "mark", Mark.format(mark))
                .orElseThrow(() -> new IllegalStateException("ip is not installed (Debian: iproute2)"));
        if (!result.succeeded() || !(result.json() instanceof List<?> routes) || routes.isEmpty()) {
            return new Route(
                    Optional.empty(),
                    Optional.empty(),
                    result.errors().strip().replaceFirst("^RTNETLINK answers: ", ""));
        }
        Map<?, ?> route = (Map<?, ?>) routes.get(0);
        return new Route(text(route, "dev"), text(route, "prefsrc"), "");
    }

    private static Optional<String> text(Map<?, ?> route, String key) {
        return route.get(key) instanceof String value ? Optional.of(value) : Optional.empty();
    }
}
