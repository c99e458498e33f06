package org.waymark.doctor;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.waymark.config.Marking;
import org.waymark.config.ServerAddress;
import org.waymark.dns.Rcode;
import org.waymark.mark.ConnectionMark;
import org.waymark.mark.Mark;
import org.waymark.programs.IpVersion;
import org.waymark.ruleset.Hook;

/** Says what probes to servers have shown of their marks, why it is so, and what cures it. */
final class ServerFindings {
    private static final String TOPIC = "marks to servers";

    private final Situation situation;
    private final Suspects suspects;
    private final Reachability reachability;

    /**
     * @param version the version of IP that the findings are about
     * @param all what all probes have shown
     */
    ServerFindings(Situation situation, IpVersion version, List<Observation> all) {
        this.situation = situation;
        this.suspects = new Suspects(situation.rules(), EnumSet.of(version));
        this.reachability = new Reachability(suspects, all);
    }

    List<Finding> about(Observation.Verdict verdict, List<Observation> same) {
        return switch (verdict) {
            case WELL -> well(same);
            case REFUSED -> List.of(reachability.refused(same));
            case LOST -> List.of(lost(same));
            case WRONG_CONNECTION -> List.of(wrongConnection(same));
            case WRONG_PACKET -> List.of(wrongPacket(same));
            case SILENT -> reachability.silent(same);
        };
    }

    static Map<ServerAddress, List<Observation>> byServer(List<Observation> same) {
        return same.stream()
                .collect(Collectors.groupingBy(each -> each.path().server(), LinkedHashMap::new, Collectors.toList()));
    }

    private List<Finding> well(List<Observation> same) {
        List<Finding> findings = new ArrayList<>();
        byServer(same).forEach((server, each) -> {
            List<Observation> turnedAway = each.stream()
                    .filter(one -> one.rcode() == Rcode.REFUSED.code())
                    .toList();
            boolean onlySome = !turnedAway.isEmpty() && turnedAway.size() < each.size();
            findings.add(
                    onlySome
                            ? Reachability.turnedAway(turnedAway)
                            : Finding.ok(
                                    TOPIC,
                                    server + " answers" + (turnedAway.isEmpty() ? "" : " with REFUSED")
                                            + ", and packets and connections have their marks: "
                                            + each.stream()
                                                    .map(ServerFindings::way)
                                                    .collect(Collectors.joining(", "))));
        });
        return findings;
    }

    private static String way(Observation each) {
        ChosenRoute route = each.route();
        return Mark.describe(each.path().mark()) + " by " + route.link().orElse("no link") + " in "
                + each.answeredMillis() + " ms";
    }

    private Finding lost(List<Observation> same) {
        Observation first = same.get(0);
        if (first.zone() != Observation.NO_ZONE) {
            return Finding.fault(
                    TOPIC,
                    Observation.sent(same) + " has its connection in the conntrack zone " + first.zone()
                            + suspects.zone(Hook.OUTPUT).map(Suspect::by).orElse(""),
                    "mark.upstream-zones does not list this zone: Waymark can't see which ports conntrack still remembers, nor have"
                            + " connections forgotten",
                    Cure.configure("mark.upstream-zones = "
                            + Zones.with(
                                    situation.configuration().marking().upstreamZones(),
                                    same.stream().map(Observation::zone).toList())));
        }
        Optional<Suspect> rule = suspects.noTrack(Hook.OUTPUT);
        return Finding.fault(
                TOPIC,
                Observation.sent(same) + " has no connection in conntrack"
                        + rule.map(Suspect::by).orElse(""),
                "a connection that is not tracked has no mark: nothing that goes by connection mark, such as accounting or answers'"
                        + " routes, sees whose query it is",
                rule.map(Suspect::removal)
                        .orElse(Cure.run("nft list ruleset | grep -n notrack; iptables-save -t raw")));
    }

    private Finding wrongConnection(List<Observation> same) {
        Observation first = same.get(0);
        Marking marking = situation.configuration().marking();
        String seen = Observation.sent(same) + " leaves with its mark, but its connection has "
                + ConnectionMark.describe(first.connectionMark());
        Optional<Suspect> overwriting =
                suspects.changesConnectionMark(Hook.OUTPUT, Hook.POSTROUTING).or(() -> suspects.restore(Hook.OUTPUT));
        Optional<Suspect> foreign = foreign(first, first.connectionMark());
        if (overwriting.isEmpty() && foreign.isPresent()) {
            return foreignBits(seen, foreign.get());
        }
        if (overwriting.isPresent()) {
            return Finding.fault(
                    TOPIC,
                    seen + overwriting.get().by(),
                    "the connection counts as another client's, or as nobody's",
                    overwriting.get().removal());
        }
        return Finding.fault(
                TOPIC,
                seen,
                suspects.saves(Hook.OUTPUT)
                        ? "another rule changes the packet's mark before the mark is saved, or the connection's afterwards"
                        : "no rule in OUTPUT saves the packet's mark to the connection (rule 4)"
                                + (marking.ownRule() ? "" : ", and mark.own-rule is false"),
                suspects.cures().save(Hook.OUTPUT, marking.mask()));
    }

    private Optional<Suspect> foreign(Observation observation, long seen) {
        int difference = ConnectionMark.value(seen) ^ observation.path().mark();
        return suspects.foreignBits(difference, Hook.OUTPUT, Hook.POSTROUTING);
    }

    private static Finding foreignBits(String seen, Suspect rule) {
        return Finding.fault(
                TOPIC,
                seen + rule.by(),
                "this program has bits of its own in marks: leave them to it by mark.mask",
                Cure.configure("mark.mask = \"" + Mark.format(~rule.bits()) + "\""));
    }

    private Finding wrongPacket(List<Observation> same) {
        Observation first = same.get(0);
        String seen =
                Observation.sent(same) + " leaves the host with " + ConnectionMark.describe(first.departureMark());
        Optional<Suspect> foreign = foreign(first, first.departureMark());
        if (foreign.isPresent()) {
            return foreignBits(seen, foreign.get());
        }
        Optional<Suspect> rule = suspects.changesPacketMark(Hook.OUTPUT);
        return Finding.fault(
                TOPIC,
                seen + rule.map(Suspect::by).orElse(""),
                "routes, queues and rules that go by the packet's mark take it for another client's, or nobody's",
                rule.map(Suspect::removal)
                        .orElse(Cure.advice(
                                "find the rule in OUTPUT or POSTROUTING that changes the mark, and remove it")));
    }
}
