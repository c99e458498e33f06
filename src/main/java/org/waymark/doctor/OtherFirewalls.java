package org.waymark.doctor;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.waymark.linux.Sysctl;
import org.waymark.ruleset.HostRule;

/** What else has rules on this host, and whether the host forwards. */
final class OtherFirewalls {
    private OtherFirewalls() {}

    static List<Finding> examine(Situation situation) {
        String programs = situation.rules().rules().stream()
                .flatMap(rule -> rule.program().stream())
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
        String tools = situation.rules().rules().stream()
                .map(HostRule::tool)
                .distinct()
                .sorted()
                .map(tool -> tool.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .collect(Collectors.joining(", "));
        Finding rules = Finding.ok(
                "firewall",
                (tools.isEmpty() ? "no rules that matter to marks" : "rules of " + tools)
                        + (programs.isEmpty() ? "" : "; of these programs, too: " + programs));
        boolean forwards = Sysctl.read("net.ipv4.ip_forward").equals(Optional.of("1"));
        return List.of(
                rules,
                Finding.ok(
                        "forwarding",
                        forwards ? "on" : "off (net.ipv4.ip_forward = 0): clients use this host for DNS only"));
    }
}
