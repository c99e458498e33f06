package org.waymark.doctor;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.waymark.config.Marking;
import org.waymark.config.ServerAddress;
import org.waymark.dns.Rcode;
import org.waymark.linux.Errno;
import org.waymark.linux.Sysctl;
import org.waymark.mark.ConnectionMark;
import org.waymark.mark.Mark;
import org.waymark.programs.IpVersion;
import org.waymark.ruleset.Hook;

/** Says what probes to servers have shown, why it is so, and what cures it. */
final class ServerFindings {
    private static final String TOPIC = "marks to servers";
    private static final String REACHABLE = "servers";

    private final Situation situation;
    private final Suspects suspects;
    private final List<Observation> all;

    /**
     * @param version the version of IP that the findings are about
     * @param all what all probes have shown
     */
    ServerFindings(Situation situation, IpVersion version, List<Observation> all) {
        this.situation = situation;
        this.suspects = new Suspects(situation.rules(), EnumSet.of(version));
        this.all = all;
    }

    List<Finding> about(Observation.Verdict verdict, List<Observation> same) {
        return switch (verdict) {
            case WELL -> well(same);
            case REFUSED -> List.of(refused(same));
            case LOST -> List.of(lost(same));
            case WRONG_CONNECTION -> List.of(wrongConnection(same));
            case WRONG_PACKET -> List.of(wrongPacket(same));
            case SILENT -> silent(same);
        };
    }

    private static Map<ServerAddress, List<Observation>> byServer(List<Observation> same) {
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
                            ? turnedAway(turnedAway)
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

    private static Finding turnedAway(List<Observation> same) {
        ChosenRoute route = route(same.get(0));
        return Finding.fault(
                REACHABLE,
                sent(same) + " is answered with REFUSED; it leaves by "
                        + route.link().orElse("no link") + " from "
                        + route.source().orElse("no address"),
                "the server answers other marks: it does not serve this address, or another server answers on this way",
                Cure.advice("have the server serve the address, or name another server for the mark by a [[policy]]"));
    }

    private static String way(Observation each) {
        ChosenRoute route = route(each);
        return Mark.describe(each.path().mark()) + " by " + route.link().orElse("no link") + " in "
                + each.answeredMillis() + " ms";
    }

    private static ChosenRoute route(Observation each) {
        return ChosenRoute.to(address(each), each.path().mark());
    }

    private static InetAddress address(Observation each) {
        return each.path().server().address().getAddress();
    }

    /** The first one as an example, and how many more there are. */
    private static String sent(List<Observation> same) {
        Observation first = same.get(0);
        return "a query with mark " + Mark.describe(first.path().mark()) + " to "
                + first.path().server() + others(same.size() - 1);
    }

    private static String others(int others) {
        return others == 0 ? "" : " (and " + others + (others == 1 ? " other probe)" : " other probes)");
    }

    private Finding lost(List<Observation> same) {
        Observation first = same.get(0);
        if (first.zone() != Observation.NO_ZONE) {
            return Finding.fault(
                    TOPIC,
                    sent(same) + " has its connection in the conntrack zone " + first.zone()
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
                sent(same) + " has no connection in conntrack"
                        + rule.map(Suspect::by).orElse(""),
                "a connection that is not tracked has no mark: nothing that goes by connection mark, such as accounting or answers'"
                        + " routes, sees whose query it is",
                rule.map(Suspect::removal)
                        .orElse(Cure.run("nft list ruleset | grep -n notrack; iptables-save -t raw")));
    }

    private Finding wrongConnection(List<Observation> same) {
        Observation first = same.get(0);
        Marking marking = situation.configuration().marking();
        String seen = sent(same) + " leaves with its mark, but its connection has "
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
                suspects.save(Hook.OUTPUT, marking.mask()));
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
        String seen = sent(same) + " leaves the host with " + ConnectionMark.describe(first.departureMark());
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

    private Finding refused(List<Observation> same) {
        Observation first = same.get(0);
        Errno errno = first.refused();
        String server = first.path().server().toString();
        if (errno.equals(Errno.EPERM)) {
            Optional<Suspect> rule = suspects.drops(Hook.OUTPUT, Hook.POSTROUTING);
            String address = address(first).getHostAddress();
            String port = " --dport " + first.path().server().address().getPort();
            return Finding.fault(
                    REACHABLE,
                    sent(same) + " is dropped by the host's own firewall"
                            + rule.map(Suspect::by).orElse(""),
                    "queries with this mark get no answer from " + server,
                    rule.map(drop -> suspects.letThrough(
                                    drop,
                                    IpVersion.of(address(first)).nft() + " daddr " + address,
                                    "-d " + address + " -p udp" + port,
                                    "-d " + address + " -p tcp" + port))
                            .orElse(Cure.advice("allow it in the rules for OUTPUT and POSTROUTING")));
        }
        if (errno.equals(Errno.ECONNREFUSED)) {
            boolean answersOthers = answered(first.path().server()).findAny().isPresent();
            return Finding.fault(
                    REACHABLE,
                    sent(same) + " is refused",
                    answersOthers
                            ? "the server answers other marks: somebody on the way of this mark refuses it"
                            : "no DNS server listens at " + server,
                    Cure.advice(
                            answersOthers
                                    ? "see who is on its way: ip route get "
                                            + address(first).getHostAddress() + " mark "
                                            + Mark.format(first.path().mark())
                                    : "start it, or name another server in upstream.servers"));
        }
        return RouteFault.of(first, sent(same), errno);
    }

    private List<Finding> silent(List<Observation> same) {
        List<Finding> findings = new ArrayList<>();
        byServer(same).forEach((server, each) -> findings.add(silent(server, each)));
        return findings;
    }

    private Finding silent(ServerAddress server, List<Observation> same) {
        Observation first = same.get(0);
        ChosenRoute route = route(first);
        String link = route.link().orElse("no link");
        if (first.answerSeen()) {
            return droppedAtTheHost(first, sent(same) + " gets an answer by " + link + ", which the host drops", link);
        }
        List<Observation> answered = answered(server).toList();
        String seen = sent(same) + " gets no answer within a second; it leaves by " + link + " from "
                + route.source().orElse("no address");
        if (answered.isEmpty()) {
            return Finding.fault(
                    REACHABLE,
                    seen,
                    "the server answers with no mark",
                    Cure.run("ping -c 1 -W 1 " + address(first).getHostAddress()),
                    Cure.advice("start the server, or name another one in upstream.servers"));
        }
        return Finding.fault(
                REACHABLE,
                seen,
                "it answers with mark " + Mark.describe(answered.get(0).path().mark()) + " by "
                        + route(answered.get(0)).link().orElse("no link")
                        + ": the way of this mark leads nowhere, or does not lead back",
                Cure.run("ip route get " + address(first).getHostAddress() + " mark "
                        + Mark.format(first.path().mark())),
                Cure.advice("see where it ends behind " + link + ", and whether answers to "
                        + route.source().orElse("its source address") + " find their way back"));
    }

    private Stream<Observation> answered(ServerAddress server) {
        return all.stream().filter(each -> each.path().server().equals(server) && each.answeredMillis() >= 0);
    }

    private Finding droppedAtTheHost(Observation first, String seen, String link) {
        String key = "net.ipv4.conf." + link + ".rp_filter";
        if (first.source().isIpv4() && isStrict("net.ipv4.conf.all.rp_filter", key)) {
            return Finding.fault(
                    REACHABLE,
                    seen + ": the reverse path filter of " + link + " is strict (rp_filter = 1)",
                    "answers to packets that are routed by mark come in by a link that is not the way back without a mark",
                    Cure.run("sysctl -w " + key + "=2"));
        }
        Optional<Suspect> rule = suspects.drops(Hook.INPUT);
        return Finding.fault(
                REACHABLE,
                seen + rule.map(Suspect::by).orElse(""),
                "queries with this mark get no answer",
                rule.map(drop -> suspects.letThrough(
                                drop, "ct state established,related", "-m conntrack --ctstate ESTABLISHED,RELATED"))
                        .orElse(
                                Cure.advice(
                                        "allow answers in the rules for INPUT (ct state established), and see " + key
                                                + ": it drops them, too, if this host has no route to the server without the mark")));
    }

    /** The kernel takes the larger of the two, and 2 is loose. */
    private static boolean isStrict(String all, String link) {
        int value = Math.max(number(all), number(link));
        return value == 1;
    }

    private static int number(String key) {
        return Sysctl.read(key).map(Integer::valueOf).orElse(0);
    }
}
