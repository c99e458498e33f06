package org.waymark.doctor;

import java.util.ArrayList;
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
        List<Finding> findings = new ArrayList<>(List.of(rules));
        situation
                .rules()
                .unreadable()
                .forEach(problem -> findings.add(Finding.warning(
                        "firewall",
                        "some rules can't be read: " + problem,
                        "if they lose marks, that is seen, but not which of them does",
                        Cure.advice("see whether the program can list its rules by itself"))));
        boolean forwards = Sysctl.read("net.ipv4.ip_forward").equals(Optional.of("1"));
        findings.add(Finding.ok(
                "forwarding", forwards ? "on" : "off (net.ipv4.ip_forward = 0): clients use this host for DNS only"));
        return findings;
    }
}
