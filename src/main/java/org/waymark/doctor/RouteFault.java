package org.waymark.doctor;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.waymark.linux.Errno;
import org.waymark.mark.Mark;
import org.waymark.mark.MarkMask;
import org.waymark.programs.HostProgram;
import org.waymark.programs.IpVersion;

/** Says why there is no route for a mark: which rule leads to which table, and which entry of that table stops packets. */
final class RouteFault {
    private static final String TOPIC = "routes";

    private static final List<String> STOPS = List.of("blackhole", "unreachable", "prohibit", "throw");

    private final IpVersion version;
    private final String ip;
    private final int mark;
    private final String server;

    private RouteFault(Observation observation) {
        this.version = IpVersion.of(observation.path().server().address().getAddress());
        this.ip = "ip " + version.option();
        this.mark = observation.path().mark();
        this.server = observation.path().server().address().getAddress().getHostAddress();
    }

    static Finding of(Observation observation, String sent, Errno errno) {
        RouteFault fault = new RouteFault(observation);
        String table = fault.table().orElse("main");
        Optional<Map<?, ?>> stop = fault.stop(table);
        String seen = sent + " can't leave: " + errno.words()
                + stop.map(route -> "; table " + table + " says: " + text(route))
                        .orElse("; table " + table + " has no route");
        String meaning =
                "queries with this mark get SERVFAIL" + (stop.isEmpty() ? "" : ", and do not leave another way");
        return Finding.fault(TOPIC, seen, meaning, Cure.advice("give the table a route: " + fault.example(table)));
    }

    private String example(String table) {
        return ip + " route replace default via GATEWAY dev LINK table " + table + "; see: " + ip + " route get "
                + server + " mark " + Mark.format(mark);
    }

    /** The table to which the first rule for this mark leads. */
    private Optional<String> table() {
        return list("rule", "show").stream()
                .filter(rule -> rule.get("fwmark") instanceof String && matches(rule))
                .map(rule ->
                        rule.get("table") instanceof String table ? table : "of a rule that says " + rule.get("action"))
                .findFirst();
    }

    private boolean matches(Map<?, ?> rule) {
        int value = Mark.parse((String) rule.get("fwmark"));
        int mask = rule.get("fwmask") instanceof String text ? Mark.parse(text) : -1;
        return new MarkMask(value, mask).matches(mark);
    }

    private Optional<Map<?, ?>> stop(String table) {
        return list("route", "show", "table", table).stream()
                .filter(route -> STOPS.contains(String.valueOf(route.get("type"))))
                .findFirst();
    }

    private List<Map<?, ?>> list(String... what) {
        String[] command = new String[what.length + 2];
        command[0] = "-j";
        command[1] = version.option();
        System.arraycopy(what, 0, command, 2, what.length);
        return HostProgram.run("ip", command)
                .filter(HostProgram.Result::succeeded)
                .map(result -> result.json() instanceof List<?> list ? list : List.of())
                .orElse(List.of())
                .stream()
                .<Map<?, ?>>map(each -> (Map<?, ?>) each)
                .toList();
    }

    private static String text(Map<?, ?> route) {
        Object metric = route.get("metric");
        return route.get("type") + " " + route.get("dst") + (metric == null ? "" : " metric " + metric);
    }
}
