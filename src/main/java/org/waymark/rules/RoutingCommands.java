package org.waymark.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.waymark.mark.Mark;
import org.waymark.mark.MarkMask;
import org.waymark.programs.IpVersion;

/**
 * The commands that route by mark. Each route has a routing table of its own, and all rules that lead there have a protocol number that
 * tells them from the host's.
 */
final class RoutingCommands {
    /** A number of rtm_protocol that nobody else has (linux/rtnetlink.h): a W. */
    private static final String PROTOCOL = "proto 87";

    /** What comes before the tables, in the order of rules. */
    private static final int BEFORE = 7000;

    private static final String WAY = "metric 1024";

    private final Basis basis;
    private final List<Route> routes;

    RoutingCommands(Basis basis, List<Route> routes) {
        this.basis = basis;
        this.routes = routes;
    }

    /** The table of a route, which is also the place of its rule. */
    private int table(Route route) {
        return BEFORE + 1 + routes.indexOf(route);
    }

    /** The tables and interfaces that are set up. */
    List<Listing> listings() {
        Stream<Listing> rules = Stream.of(IpVersion.values())
                .map(version -> Listing.lines("the rules of " + version, "ip", version.option(), "rule", "list")
                        .only(PROTOCOL));
        Stream<Listing> tables = routes.stream().flatMap(route -> Stream.of(IpVersion.values())
                .map(version -> Listing.lines(
                        "the routes of " + version + " in the table " + table(route),
                        "ip",
                        version.option(),
                        "route",
                        "list",
                        "table",
                        String.valueOf(table(route)))));
        Stream<Listing> settings = links().map(link -> Listing.lines(reversePath(link), "cat", reversePath(link)));
        return Stream.of(rules, tables, settings).flatMap(all -> all).toList();
    }

    /** The names of the links, each once. */
    Stream<String> links() {
        return routes.stream().map(Route::link).distinct();
    }

    private static String reversePath(String link) {
        return "/proc/sys/net/ipv4/conf/" + link + "/rp_filter";
    }

    String text() {
        List<String> lines = new ArrayList<>();
        for (Route route : routes) {
            lines.addAll(fallback(route));
        }
        lines.addAll(rules());
        for (Route route : routes) {
            lines.addAll(way(route));
        }
        return lines.stream().map(line -> line + "\n").collect(Collectors.joining());
    }

    private List<String> fallback(Route route) {
        List<String> lines = new ArrayList<>(List.of(""));
        lines.addAll(Comments.of(
                "What has the mark " + route.described() + " leaves by " + route.link()
                        + " or not at all: as long as there is" + " no other route in this table, it is unreachable.",
                0));
        for (IpVersion version : IpVersion.values()) {
            lines.add(ip(version) + " route replace unreachable default metric 4294967295 table " + table(route) + " "
                    + PROTOCOL);
        }
        return lines;
    }

    private List<String> rules() {
        List<String> lines = new ArrayList<>(List.of(""));
        lines.addAll(Comments.of(
                routes.isEmpty()
                        ? "Rules of an earlier load that routed by mark are removed."
                        : "Marks choose the table. What comes in by the link is on its way to a client, which the main table"
                                + " knows."
                                + (basis.marksFromPackets()
                                        ? " So are the first packets of TCP connections that the kernel answers with the client's mark."
                                        : "")
                                + " Rules that are there stay, and those of an earlier load that are not listed are removed.",
                0));
        lines.add(routes.stream().flatMap(this::rulesOf).distinct().collect(Collectors.joining("\n", "wanted='", "'")));
        lines.add("""
                present() {
                    ip $1 rule list | sed -n 's/ \\[detached\\]//; s/:[[:space:]]*/ /; s/ *%1$s *$//p'
                }
                for version in -4 -6; do
                    echo "$wanted" | while read -r rule; do
                        [ -z "$rule" ] || present $version | grep -qxF "$rule" || ip $version rule add pref $rule %1$s
                    done
                    present $version | grep -vxF "$wanted" | while read -r rule; do
                        ip $version rule del pref $rule %1$s
                    done
                done""".formatted(PROTOCOL));
        return lines;
    }

    private Stream<String> rulesOf(Route route) {
        String match = " from all fwmark " + match(route);
        Stream<String> answers = basis.ports().stream()
                .filter(port -> basis.marksFromPackets())
                .map(port -> BEFORE + match + " iif lo sport " + port + " lookup main");
        return Stream.concat(
                Stream.concat(Stream.of(BEFORE + match + " iif " + route.link() + " lookup main"), answers),
                Stream.of(table(route) + match + " lookup " + table(route)));
    }

    private String match(Route route) {
        MarkMask mark = route.under(basis.outgoing());
        return mark.equals(MarkMask.exactly(mark.value())) ? Mark.format(mark.value()) : mark.toString();
    }

    private List<String> way(Route route) {
        List<String> lines = new ArrayList<>(List.of(""));
        lines.addAll(Comments.of(
                "The way out by " + route.link()
                        + ". The kernel forgets it when the link goes down: load this again when it is"
                        + " up. The reverse path filter must be loose, because the main table does not lead to the link.",
                0));
        lines.add("if ip link show dev " + route.link() + " up 2>/dev/null | grep -q .; then");
        lines.add("    echo 2 > " + reversePath(route.link()));
        for (IpVersion version : IpVersion.values()) {
            lines.add("    " + (route.takes(version) ? enter(route, version) : leave(route, version)));
        }
        lines.add("else");
        for (IpVersion version : IpVersion.values()) {
            lines.add("    " + leave(route, version));
        }
        lines.add("    echo \"" + route.link() + " is not up: what has the mark " + route.described()
                + " does not leave. Load this again when the link is up.\" >&2");
        lines.add("fi");
        return lines;
    }

    private String enter(Route route, IpVersion version) {
        String via = route.gateway(version)
                .map(gateway -> " via " + gateway.getHostAddress())
                .orElse("");
        String onlink = via.isEmpty() ? "" : " onlink";
        // Where a link takes no IPv6, a route over it would be an error.
        String onlyIf = version == IpVersion.IPV4
                ? ""
                : "[ \"$(cat /proc/sys/net/ipv6/conf/" + route.link() + "/disable_ipv6)\" = 1 ] || ";
        return onlyIf + ip(version) + " route replace default" + via + " dev " + route.link() + onlink + " " + WAY
                + " table " + table(route) + " " + PROTOCOL;
    }

    private String leave(Route route, IpVersion version) {
        return ip(version) + " route flush table " + table(route) + " " + WAY;
    }

    private static String ip(IpVersion version) {
        return "ip " + version.option();
    }
}
