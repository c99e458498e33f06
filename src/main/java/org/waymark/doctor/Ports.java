package org.waymark.doctor;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.waymark.host.ListenCheck;
import org.waymark.linux.Endpoint;
import org.waymark.linux.PortHolder;

/** Whether Waymark has the addresses on which it is to listen, or could have them. */
final class Ports {
    private static final String TOPIC = "listen.addresses";
    private static final String STUB_OWNER = "systemd-resolve";
    private static final Pattern UNIT = Pattern.compile("/([^/]+\\.service)$");

    private Ports() {}

    static List<Finding> examine(Situation situation) {
        List<InetSocketAddress> addresses = situation.configuration().listen().addresses();
        List<Finding> findings = new ArrayList<>();
        for (InetSocketAddress address : addresses) {
            List<String> obstacles = ListenCheck.obstacles(List.of(address));
            obstacles.forEach(obstacle -> findings.add(Finding.fault(
                    TOPIC, obstacle, "Waymark can't start, so nobody's queries are answered", cure(address))));
        }
        ListenCheck.absences(addresses)
                .forEach(absence -> findings.add(Finding.warning(
                        TOPIC,
                        absence,
                        "queries to it are not answered now",
                        Cure.advice("give the address to an interface"))));
        if (findings.isEmpty()) {
            findings.add(Finding.ok(
                    TOPIC,
                    situation
                            .running()
                            .map(running -> "Waymark runs (process " + running.pid() + ") and has them")
                            .orElse("free; Waymark does not run")));
        }
        return findings;
    }

    private static Cure cure(InetSocketAddress address) {
        Optional<PortHolder> holder = PortHolder.of(Endpoint.of(address)).filter(found -> found.pid() != 0);
        if (holder.isEmpty()) {
            return Cure.run("ss -lunpt 'sport = :" + address.getPort() + "'");
        }
        if (holder.get().program().startsWith(STUB_OWNER)) {
            return Cure.run("mkdir -p /etc/systemd/resolved.conf.d && printf '[Resolve]\\nDNSStubListener=no\\n' >"
                    + " /etc/systemd/resolved.conf.d/waymark.conf && systemctl restart systemd-resolved");
        }
        return Cure.run(unitOf(holder.get().pid())
                .map(unit -> "systemctl disable --now " + unit)
                .orElse("kill " + holder.get().pid()));
    }

    /** The systemd unit of a process, by its control group. */
    private static Optional<String> unitOf(long pid) {
        try {
            return Files.readAllLines(Path.of("/proc", Long.toString(pid), "cgroup")).stream()
                    .map(UNIT::matcher)
                    .filter(Matcher::find)
                    .map(found -> found.group(1))
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
