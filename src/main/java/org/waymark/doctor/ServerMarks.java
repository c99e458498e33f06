package org.waymark.doctor;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.waymark.config.Marking;
import org.waymark.config.ServerAddress;
import org.waymark.firewall.MarkTable;
import org.waymark.host.OwnTable;
import org.waymark.linux.Errno;
import org.waymark.linux.LinuxException;
import org.waymark.programs.IpVersion;

/**
 * Whether queries to servers have the marks that they should have, and get answers: probes go to each server with each mark, with Waymark's
 * own table as Waymark has it. If Waymark runs, that is its own one, because the probes have its user.
 */
final class ServerMarks {
    /** No user of this number exists; it is for probes where there is no user for Waymark yet. */
    private static final int NOBODY_ELSE = -3;

    private final Situation situation;
    private final int bits;
    private final List<Finding> findings = new ArrayList<>();

    private ServerMarks(Situation situation) {
        this.situation = situation;
        this.bits = situation.configuration().outgoingBits();
    }

    /**
     * @param situation the situation
     * @param clientMarks marks of clients
     */
    static List<Finding> examine(Situation situation, Collection<Integer> clientMarks) throws LinuxException {
        List<ServerProbe.Path> paths = Paths.of(situation, clientMarks);
        if (paths.isEmpty()) {
            return List.of();
        }
        ServerMarks marks = new ServerMarks(situation);
        marks.tell(marks.probe(paths));
        return marks.findings;
    }

    private List<Observation> probe(List<ServerProbe.Path> paths) throws LinuxException {
        Marking marking = situation.configuration().marking();
        int user = situation.running().map(running -> running.status().user()).orElseGet(ServerMarks::usualUser);
        if (situation.running().isPresent() || !marking.ownRule()) {
            return Probing.run(paths, marking.upstreamZones(), user);
        }
        MarkTable table = ownTable(user);
        try {
            return Probing.run(paths, marking.upstreamZones(), user);
        } finally {
            if (table != null) {
                table.close();
            }
        }
    }

    /** The user of the systemd unit, whom rules may name. */
    private static int usualUser() {
        return HostUser.id("waymark").orElse(NOBODY_ELSE);
    }

    /** The table as Waymark would add it; null if the kernel does not take it. */
    private MarkTable ownTable(int user) {
        Set<ServerAddress> servers = situation.settings().servers();
        try {
            return MarkTable.add(
                    "waymark-" + ProcessHandle.current().pid(),
                    OwnTable.rulesForServers(situation.configuration(), servers, user));
        } catch (LinuxException e) {
            findings.add(Finding.warning(
                    "mark.own-rule",
                    "Waymark's own table can't be added to nftables: " + e.errno(),
                    "the host's rules have to save marks in OUTPUT (docs/firewall.md, \"Without the table\")",
                    Cure.configure("mark.own-rule = false")));
            return null;
        }
    }

    private void tell(List<Observation> observations) {
        observations.stream()
                .collect(Collectors.groupingBy(each -> Kind.of(each, bits), LinkedHashMap::new, Collectors.toList()))
                .forEach((kind, same) -> findings.addAll(
                        new ServerFindings(situation, kind.version(), observations).about(kind.verdict(), same)));
    }

    /** Observations of one kind are told together; IPv4 and IPv6 have rules of their own. */
    private record Kind(Observation.Verdict verdict, Errno refused, IpVersion version) {
        static Kind of(Observation observation, int bits) {
            IpVersion version =
                    IpVersion.of(observation.path().server().address().getAddress());
            return new Kind(observation.verdict(bits), observation.refused(), version);
        }
    }
}
