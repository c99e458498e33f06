package org.waymark.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.waymark.config.ServerAddress;
import org.waymark.linux.Errno;
import org.waymark.linux.Sysctl;
import org.waymark.mark.Mark;
import org.waymark.programs.IpVersion;
import org.waymark.ruleset.Hook;

/** Says why a server does not answer a mark, and what cures it. */
final class Reachability {
    private static final String TOPIC = "servers";

    private final Suspects suspects;
    private final List<Observation> all;

    /**
     * @param suspects the rules for the server's version of IP
     * @param all what all probes have shown
     */
    Reachability(Suspects suspects, List<Observation> all) {
        this.suspects = suspects;
        this.all = all;
    }

    static Finding turnedAway(List<Observation> same) {
        ChosenRoute route = same.get(0).route();
        return Finding.fault(
                TOPIC,
                Observation.sent(same) + " is answered with REFUSED; it leaves by "
                        + route.link().orElse("no link") + " from "
                        + route.source().orElse("no address"),
                "the server answers other marks: it does not serve this address, or another server answers on this way",
                Cure.advice("have the server serve the address, or name another server for the mark by a [[policy]]"));
    }

    Finding refused(List<Observation> same) {
        Observation first = same.get(0);
        Errno errno = first.refused();
        String server = first.path().server().toString();
        if (errno.equals(Errno.EPERM)) {
            Optional<Suspect> rule = suspects.drops(Hook.OUTPUT, Hook.POSTROUTING);
            String address = first.address().getHostAddress();
            String port = " --dport " + first.path().server().address().getPort();
            return Finding.fault(
                    TOPIC,
                    Observation.sent(same) + " is dropped by the host's own firewall"
                            + rule.map(Suspect::by).orElse(""),
                    "queries with this mark get no answer from " + server,
                    rule.map(drop -> suspects.cures()
                                    .letThrough(
                                            drop,
                                            IpVersion.of(first.address()).nft() + " daddr " + address,
                                            "-d " + address + " -p udp" + port,
                                            "-d " + address + " -p tcp" + port))
                            .orElse(Cure.advice("allow it in the rules for OUTPUT and POSTROUTING")));
        }
        if (errno.equals(Errno.ECONNREFUSED)) {
            boolean answersOthers = answered(first.path().server()).findAny().isPresent();
            return Finding.fault(
                    TOPIC,
                    Observation.sent(same) + " is refused",
                    answersOthers
                            ? "the server answers other marks: somebody on the way of this mark refuses it"
                            : "no DNS server listens at " + server,
                    Cure.advice(
                            answersOthers
                                    ? "see who is on its way: ip route get "
                                            + first.address().getHostAddress() + " mark "
                                            + Mark.format(first.path().mark())
                                    : "start it, or name another server in upstream.servers"));
        }
        return RouteFault.of(first, Observation.sent(same), errno);
    }

    List<Finding> silent(List<Observation> same) {
        List<Finding> findings = new ArrayList<>();
        ServerFindings.byServer(same).forEach((server, each) -> findings.add(silent(server, each)));
        return findings;
    }

    private Finding silent(ServerAddress server, List<Observation> same) {
        Observation first = same.get(0);
        ChosenRoute route = first.route();
        String link = route.link().orElse("no link");
        if (first.answerSeen()) {
            return droppedAtTheHost(
                    first, Observation.sent(same) + " gets an answer by " + link + ", which the host drops", link);
        }
        List<Observation> answered = answered(server).toList();
        String seen = Observation.sent(same) + " gets no answer within a second; it leaves by " + link + " from "
                + route.source().orElse("no address");
        if (answered.isEmpty()) {
            return Finding.fault(
                    TOPIC,
                    seen,
                    "the server answers with no mark",
                    Cure.run("ping -c 1 -W 1 " + first.address().getHostAddress()),
                    Cure.advice("start the server, or name another one in upstream.servers"));
        }
        return Finding.fault(
                TOPIC,
                seen,
                "it answers with mark " + Mark.describe(answered.get(0).path().mark()) + " by "
                        + answered.get(0).route().link().orElse("no link")
                        + ": the way of this mark leads nowhere, or does not lead back",
                Cure.run("ip route get " + first.address().getHostAddress() + " mark "
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
                    TOPIC,
                    seen + ": the reverse path filter of " + link + " is strict (rp_filter = 1)",
                    "answers to packets that are routed by mark come in by a link that is not the way back without a mark",
                    Cure.run("sysctl -w " + key + "=2"));
        }
        Optional<Suspect> rule = suspects.drops(Hook.INPUT);
        return Finding.fault(
                TOPIC,
                seen + rule.map(Suspect::by).orElse(""),
                "queries with this mark get no answer",
                rule.map(drop -> suspects.cures()
                                .letThrough(
                                        drop,
                                        "ct state established,related",
                                        "-m conntrack --ctstate ESTABLISHED,RELATED"))
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
