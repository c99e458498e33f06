package org.waymark.doctor;

import java.util.ArrayList;
import java.util.List;
import org.waymark.linux.ProcessStatus;
import org.waymark.linux.ProcessStatus.Capability;

/** Whether the doctor may look, and whether a running Waymark may do its work. */
final class Privileges {
    private static final String TOPIC = "privileges";

    private static final List<Capability> NEEDED =
            List.of(Capability.CAP_NET_ADMIN, Capability.CAP_SETUID, Capability.CAP_SYS_ADMIN);

    private Privileges() {}

    /** Whether probes can be sent and rules be read. */
    static boolean suffice(ProcessStatus self) {
        return NEEDED.stream().allMatch(self::has);
    }

    static List<Finding> examine(Situation situation) {
        List<Finding> findings = new ArrayList<>();
        if (!suffice(situation.self())) {
            List<Capability> missing = NEEDED.stream()
                    .filter(capability -> !situation.self().has(capability))
                    .toList();
            findings.add(Finding.fault(
                    TOPIC,
                    "waymark doctor runs without " + list(missing),
                    "it can't send probes with marks or read the firewall's rules, so it can't tell whether marks are right",
                    Cure.run("sudo waymark doctor --config " + situation.file())));
        }
        situation
                .running()
                .filter(running -> !running.status().has(Capability.CAP_NET_ADMIN))
                .ifPresent(running -> findings.add(Finding.fault(
                        TOPIC,
                        "Waymark runs (process " + running.pid() + ") without CAP_NET_ADMIN",
                        "it has no table of its own and can't ask conntrack",
                        Cure.advice("start it by the systemd unit, which has AmbientCapabilities=CAP_NET_ADMIN"))));
        if (findings.isEmpty()) {
            findings.add(Finding.ok(TOPIC, "sufficient"));
        }
        return findings;
    }

    private static String list(List<Capability> capabilities) {
        return String.join(", ", capabilities.stream().map(Enum::name).toList());
    }
}
