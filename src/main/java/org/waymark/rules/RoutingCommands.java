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

    /** The place of the rules that come before those that lead to the tables. */
    private static final int BEFORE = 7000;

    private static final String WAY = "metric 1024";

    private final Basis basis;
    private final List<Route> routes;

    RoutingCommands(Basis basis, List<Route> routes) {
        this.basis = basis;
        this.routes = routes;
    }

    private long table(Route route) {
        return route.table(basis.outgoing());
    }

    /** The place of a route's rule among the rules: marks that match several routes take the first. */
    private int place(Route route) {
        return BEFORE + 1 + routes.indexOf(route);
    }

    /** The rules, routes and interfaces that are set up. */
    List<Listing> listings() {
        Stream<Listing> lists = Stream.of(IpVersion.values())
                .flatMap(version -> Stream.of(
                        Listing.lines("the rules of " + version, "ip", "-N", version.option(), "rule", "list")
                                .only(PROTOCOL),
                        Listing.lines(
                                "the routes of " + version,
                                "ip",
                                "-N",
                                version.option(),
                                "route",
                                "list",
                                "table",
                                "all",
                                "proto",
                                "87")));
        return Stream.concat(lists, links().map(link -> Listing.setting(reversePath(link))))
                .toList();
    }

    /** The names of the links, each once. */
    Stream<String> links() {
        return routes.stream().map(Route::link).distinct();
    }

    private static String reversePath(String link) {
        return "/proc/sys/net/ipv4/conf/" + link + "/rp_filter";
    }

    /** The tables are filled before rules lead to them, so that no packet takes another way while this is loaded. */
    String text() {
        List<String> lines = new ArrayList<>();
        if (!routes.isEmpty()) {
            lines.addAll(refusal());
        }
        for (Route route : routes) {
            lines.addAll(fallback(route));
            lines.addAll(way(route));
        }
        lines.addAll(rules());
        lines.addAll(cleaning());
        return lines.stream().map(line -> line + "\n").collect(Collectors.joining());
    }

    private String tables() {
        return routes.stream().map(route -> String.valueOf(table(route))).collect(Collectors.joining(" "));
    }

    private List<String> refusal() {
        List<String> lines = new ArrayList<>(List.of(""));
        lines.addAll(Comments.of("Each mark has a routing table of its own, which must have no routes of others.", 0));
        lines.add("""
                for table in %s; do
                    for version in -4 -6; do
                        if ip -N $version route list table $table 2>/dev/null | grep -qv '%s'; then
                            echo "the routing table $table has routes that are not of this script: remove them, or choose another mark" >&2
                            exit 1
                        fi
                    done
                done""".formatted(tables(), PROTOCOL));
        return lines;
    }

    private List<String> cleaning() {
        return List.of("""

                # Routes of an earlier load in tables that no rule leads to.
                for version in -4 -6; do
                    ip -N $version route list table all %1$s | sed -n 's/.* table \\([0-9]*\\).*/\\1/p' | sort -u |
                        while read -r table; do
                            case ' %2$s ' in
                                *" $table "*) ;;
                                *)
                                    ip $version route flush table $table %1$s
                                    # iproute2 takes this one for the kernel's own, over IPv6, and does not flush it.
                                    ip $version route del unreachable default metric 4294967295 table $table 2>/dev/null || true
                                    ;;
                            esac
                        done
                done""".formatted(PROTOCOL, tables()));
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
                    ip -N $1 rule list | sed -n 's/ \\[detached\\]//; s/ lookup 254 / lookup main /; s/:[[:space:]]*/ /; s/ *%1$s *$//p'
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
                Stream.of(place(route) + match + " lookup " + table(route)));
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
                : "[ \"$(cat /proc/sys/net/ipv6/conf/" + route.link()
                        + "/disable_ipv6 2>/dev/null || echo 1)\" = 1 ] || ";
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
