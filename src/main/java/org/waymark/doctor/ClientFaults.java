package org.waymark.doctor;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.waymark.config.Marking;
import org.waymark.mark.ConnectionMark;
import org.waymark.mark.Mark;
import org.waymark.programs.IpVersion;
import org.waymark.ruleset.Hook;

/** What is wrong with the queries of some clients, in words: what was seen, the rule that is to blame, and what cures it. */
final class ClientFaults {
    private static final String TOPIC = ClientMarks.TOPIC;

    private final Situation situation;
    private final TriedQuery.Stage stage;
    private final Marking marking;

    ClientFaults(Situation situation, TriedQuery.Stage stage) {
        this.situation = situation;
        this.stage = stage;
        this.marking = situation.configuration().marking();
    }

    /** The rules that may be to blame for what was seen of some queries. */
    Suspects suspects(List<TriedQuery> some) {
        EnumSet<IpVersion> versions = EnumSet.noneOf(IpVersion.class);
        some.forEach(each -> versions.add(each.version()));
        return new Suspects(situation.rules(), versions);
    }

    private static String list(List<TriedQuery> some) {
        return some.stream().map(each -> each.client().toString()).collect(Collectors.joining(", "));
    }

    Finding notArrived(List<TriedQuery> some) {
        Suspects suspects = suspects(some);
        String seen = "queries of " + list(some) + " do not get through to port " + stage.listening();
        Optional<Suspect> diverting = suspects.divert(stage.listening());
        if (diverting.isPresent()) {
            return Finding.fault(
                    TOPIC,
                    seen + diverting.get().by(),
                    "clients' queries go to somebody else than Waymark",
                    diverting.get().removal());
        }
        Optional<Suspect> rule = suspects.drops(Hook.PREROUTING, Hook.INPUT);
        String link = some.get(0).client().link();
        String port = " --dport " + stage.listening();
        return Finding.fault(
                TOPIC,
                seen + rule.map(Suspect::by).orElse(""),
                "clients get no answer",
                rule.map(drop -> suspects.cures()
                                .letThrough(
                                        drop,
                                        "iifname " + link + " meta l4proto '{ udp, tcp }' th dport "
                                                + stage.listening(),
                                        "-i " + link + " -p udp" + port,
                                        "-i " + link + " -p tcp" + port))
                        .orElse(Cure.advice(
                                "allow UDP and TCP to port " + stage.listening() + " in the rules for INPUT")));
    }

    Finding inAnotherZone(List<TriedQuery> some) {
        List<Integer> zones = some.stream().map(TriedQuery::zone).distinct().toList();
        return Finding.fault(
                TOPIC,
                "connections of " + list(some) + " are in the conntrack zone " + Zones.list(zones)
                        + suspects(some).zone(Hook.PREROUTING).map(Suspect::by).orElse(""),
                "mark.zones does not list this zone, so their marks are unknown",
                Cure.configure("mark.zones = " + Zones.with(marking.zones(), zones)));
    }

    Finding notTracked(List<TriedQuery> some) {
        Suspects suspects = suspects(some);
        Optional<Suspect> rule = suspects.noTrack(Hook.PREROUTING);
        String seen = "connections of " + list(some) + " are not tracked";
        return rule.isPresent()
                ? Finding.fault(
                        TOPIC,
                        seen + rule.get().by(),
                        "a connection that conntrack does not know has no mark: mark.unknown says what happens to its queries",
                        rule.get().removal())
                : Finding.fault(
                        TOPIC,
                        seen + ", because no rule on this host needs conntrack",
                        "without conntrack there are no marks. The number 137 is an example",
                        rulesFor(some));
    }

    /** In the format of the rules that are there, whichever version of IP they are for. */
    private Cure rulesFor(List<TriedQuery> some) {
        RuleCures cures = new Suspects(situation.rules(), EnumSet.allOf(IpVersion.class)).cures();
        String clients = some.stream()
                .map(each -> " --client " + each.client().address().getHostAddress() + "=137")
                .collect(Collectors.joining());
        return Cure.run("waymark rules --config " + situation.file() + cures.format() + clients + " | sh");
    }

    Finding noMarks(List<TriedQuery> some) {
        Suspects suspects = suspects(some);
        Cure cure = rulesFor(some);
        String seen = "queries of " + list(some) + " have no mark, and neither have their connections";
        return suspects.marksClients()
                ? Finding.warning(
                        TOPIC,
                        seen,
                        "there are rules that give marks, but not to these clients; what has no mark is nobody's. The number 137 is an"
                                + " example",
                        cure)
                : Finding.fault(
                        TOPIC,
                        seen,
                        "no rule gives marks to packets that come in (rule 2): every query is nobody's. The number 137 is an example",
                        cure);
    }

    Finding notSaved(List<TriedQuery> some) {
        Suspects suspects = suspects(some);
        String seen = "queries of " + list(some) + " come in with "
                + ConnectionMark.describe(some.get(0).packet()) + ", but their connections have mark 0x0 (0)";
        String meaning = marking.source() == Marking.Source.PACKET
                ? "Waymark carries the packets' marks, but rules that go by connections see none"
                : "Waymark carries the connections' marks, and so none";
        Optional<Suspect> overwriting = suspects.changesConnectionMark(Hook.PREROUTING, Hook.INPUT);
        if (overwriting.isPresent() && suspects.saves(Hook.PREROUTING)) {
            return Finding.fault(
                    TOPIC,
                    seen + overwriting.get().by(),
                    meaning,
                    overwriting.get().removal());
        }
        return suspects.savesTooEarly()
                .map(save -> Finding.fault(
                        TOPIC,
                        seen + save.by() + ", comes before the rule that sets the mark",
                        meaning,
                        RuleCures.move(save)))
                .orElseGet(() -> Finding.fault(
                        TOPIC,
                        seen,
                        meaning + ": no rule in PREROUTING saves the mark (rule 3)",
                        suspects.cures().save(Hook.PREROUTING, marking.mask())));
    }

    Finding wiped(List<TriedQuery> some) {
        Suspects suspects = suspects(some);
        Optional<Suspect> save = suspects.savesZero();
        return Finding.fault(
                TOPIC,
                "connections of " + list(some) + " have "
                        + ConnectionMark.describe(some.get(0).connection()) + ", and after the answer mark 0x0 (0)"
                        + save.map(Suspect::by).orElse(""),
                "the answer leaves without a mark, and a rule in OUTPUT saves this to the client's connection: it lacks the guard"
                        + " -m mark ! --mark 0 (nft: meta mark != 0)",
                save.map(suspect -> suspects.cures().guard(suspect, marking.mask()))
                        .orElse(Cure.advice("find the rule in OUTPUT that changes the connection's mark")));
    }

    Finding notRestored(List<TriedQuery> some) {
        boolean fault = marking.source() == Marking.Source.PACKET;
        String seen = "when somebody else, such as a portal, changes the marks of connections of " + list(some)
                + ", the next packet " + (fault ? "does not have the new one" : "changes them back");
        Suspects suspects = suspects(some);
        Optional<Suspect> late = suspects.restoresTooLate(Hook.PREROUTING);
        String meaning = late.map(rule -> "the rule that restores the connection's mark comes too late" + rule.by())
                        .orElse("no rule in PREROUTING restores the connection's mark (rule 1)")
                + ": what was decided once does not stay";
        Cure restore = suspects.cures().restore(marking.mask());
        Cure cure = late.map(rule -> Cure.run(rule.rule().deletion() + " && " + restore.text()))
                .orElse(restore);
        return fault ? Finding.fault(TOPIC, seen, meaning, cure) : Finding.warning(TOPIC, seen, meaning, cure);
    }

    Finding otherwiseOverTcp(List<TriedQuery> some) {
        TriedQuery first = some.get(0);
        return first.overTcp() == TriedQuery.NOT_CONNECTED
                ? Finding.warning(
                        TOPIC,
                        list(some) + " can ask over UDP, but not over TCP",
                        "answers that are too long for UDP do not get through",
                        Cure.advice("let the rules for UDP and port 53 apply to TCP, too"))
                : Finding.warning(
                        TOPIC,
                        "connections of " + list(some) + " have " + ConnectionMark.describe(first.connection())
                                + " over UDP, but " + ConnectionMark.describe(first.overTcp()) + " over TCP",
                        "queries over TCP count as another client's, or as nobody's",
                        Cure.advice("let the rules that mark UDP apply to TCP, too"));
    }

    Finding foreignBits(Suspect suspect) {
        return Finding.warning(
                TOPIC,
                "packets that come in get bits of " + Mark.format(suspect.bits()) + suspect.by(),
                "these bits do not say whose traffic it is, and would go upstream as part of the mark: leave them out by mark.mask",
                Cure.configure("mark.mask = \"" + Mark.format(marking.mask() & ~suspect.bits()) + "\""));
    }

    static Finding twice(Suspects suspects, Suspect suspect) {
        return Finding.warning(
                TOPIC,
                "rules of iptables and of nft both keep marks" + suspect.by(),
                "whichever runs later decides: keep them in one place",
                suspects.cures().withoutNft(suspect));
    }
}
