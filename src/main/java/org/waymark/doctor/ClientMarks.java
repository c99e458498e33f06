package org.waymark.doctor;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.waymark.config.Marking;
import org.waymark.linux.LinuxException;
import org.waymark.mark.ConnectionMark;
import org.waymark.mark.Mark;
import org.waymark.ruleset.Effect;
import org.waymark.ruleset.Field;
import org.waymark.ruleset.Hook;
import org.waymark.ruleset.HostRule;
import org.waymark.ruleset.IpVersion;
import org.waymark.ruleset.RulesetCopy;

/** Whether clients' queries come to Waymark with marks, and whether their connections keep these. */
final class ClientMarks {
    private static final String TOPIC = "marks of clients";
    private static final int DNS_PORT = 53;

    private final Situation situation;
    private final Marking marking;
    private final List<Finding> findings = new ArrayList<>();

    private ClientMarks(Situation situation) {
        this.situation = situation;
        this.marking = situation.configuration().marking();
    }

    /**
     * @param connections what conntrack shows of clients
     */
    static List<Finding> examine(Situation situation, ClientConnections connections) throws LinuxException {
        ClientMarks marks = new ClientMarks(situation);
        marks.tell(connections);
        try {
            marks.tryOut(connections);
        } catch (IllegalStateException e) {
            marks.findings.add(Finding.warning(
                    TOPIC,
                    "the host's rules can't be tried out: " + e.getMessage(),
                    "nobody knows whether they give clients their marks",
                    Cure.run("conntrack -L -p udp --dport 53")));
        }
        return marks.findings;
    }

    private void tell(ClientConnections connections) {
        findings.add(Finding.ok(
                TOPIC,
                connections.count() == 0
                        ? "no client has a connection at the moment"
                        : connections.marked() + " of " + connections.count() + " connections of clients have a mark"));
    }

    private void tryOut(ClientConnections connections) throws LinuxException {
        Links links = Links.read();
        Set<InetAddress> certain = new LinkedHashSet<>(connections.clients());
        certain.addAll(namedByRules());
        List<Client> clients = new Candidates(situation.configuration().listen(), links)
                .choose(connections.clients(), namedByRules(), upstreamLinks());
        List<TriedQuery> tried =
                clients.isEmpty() ? List.of() : Rehearsal.run(clients, links, RulesetCopy.take(), stage());
        List<TriedQuery> telling = tried.stream()
                .filter(each -> certain.contains(each.client().address()))
                .toList();
        judge(telling.isEmpty() ? tried : telling);
    }

    private TriedQuery.Stage stage() {
        int listening = situation.configuration().listen().addresses().get(0).getPort();
        boolean redirects = new Suspects(situation.rules(), EnumSet.allOf(IpVersion.class))
                .at(Effect.Redirect.class, Hook.PREROUTING)
                .findAny()
                .isPresent();
        return new TriedQuery.Stage(redirects ? DNS_PORT : listening, listening, marking.zones());
    }

    /** The addresses that rules which set marks are about; of a network, the first host. */
    private List<InetAddress> namedByRules() {
        return situation.rules().rules().stream()
                .filter(rule -> rule.effect() instanceof Effect.SetPacketMark
                        || rule.effect() instanceof Effect.SetConnectionMark)
                .filter(rule -> rule.hook() == Hook.PREROUTING || rule.hook() == Hook.INPUT)
                .flatMap(rule -> rule.conditions().values(Field.SOURCE).stream())
                .flatMap(text -> FirstHost.of(text).stream())
                .toList();
    }

    private Set<String> upstreamLinks() {
        return situation.settings().servers().stream()
                .flatMap(server -> Route.to(server.address().getAddress(), 0).link().stream())
                .collect(Collectors.toSet());
    }

    private void judge(List<TriedQuery> tried) {
        List<TriedQuery> arrived = tried.stream().filter(TriedQuery::arrived).toList();
        if (tried.isEmpty()) {
            findings.add(Finding.warning(
                    TOPIC,
                    "no network of clients is in sight",
                    "the rules for clients can't be tried out",
                    Cure.run("ip address show")));
            return;
        }
        if (arrived.isEmpty()) {
            add(tried, each -> true, this::notArrived);
            return;
        }
        int before = findings.size();
        add(arrived, each -> !ConnectionMark.isKnown(each.connection()) && each.zone() >= 0, this::inAnotherZone);
        add(arrived, each -> !ConnectionMark.isKnown(each.connection()) && each.zone() < 0, this::notTracked);
        List<TriedQuery> tracked = arrived.stream()
                .filter(each -> ConnectionMark.isKnown(each.connection()))
                .toList();
        judgeMarks(tracked);
        if (findings.size() == before) {
            arrived.forEach(each -> findings.add(Finding.ok(
                    TOPIC,
                    each.client() + " asks with " + ConnectionMark.describe(each.connection())
                            + ", and its connection keeps it")));
        }
    }

    private void judgeMarks(List<TriedQuery> tracked) {
        if (tracked.isEmpty()) {
            return;
        }
        if (tracked.stream().allMatch(ClientMarks::isUnmarked)) {
            findings.add(noMarks(tracked));
        }
        add(tracked, each -> each.packet() != 0 && each.connection() == 0, this::notSaved);
        add(tracked, each -> each.connection() != 0 && each.afterAnswer() == 0, this::wiped);
        add(tracked, this::overwrites, this::notRestored);
        Suspects suspects = suspects(tracked);
        suspects.foreignBits(Hook.PREROUTING, Hook.INPUT)
                .filter(suspect -> (suspect.bits() & marking.mask()) != 0)
                .ifPresent(suspect -> findings.add(foreignBits(suspect)));
        suspects.keptTwice().ifPresent(suspect -> findings.add(twice(suspect)));
    }

    private static boolean isUnmarked(TriedQuery each) {
        return each.packet() == 0 && each.connection() == 0;
    }

    private interface Words {
        Finding about(List<TriedQuery> some);
    }

    /** Each version of IP has its own finding, unless both have the same cure. */
    private void add(List<TriedQuery> tried, Predicate<TriedQuery> condition, Words words) {
        List<TriedQuery> some = tried.stream().filter(condition).toList();
        List<Finding> each = some.stream()
                .collect(Collectors.groupingBy(query -> versionOf(query), TreeMap::new, Collectors.toList()))
                .values()
                .stream()
                .map(words::about)
                .toList();
        boolean sameCure = each.stream().map(Finding::cures).distinct().count() == 1;
        findings.addAll(sameCure ? List.of(words.about(some)) : each);
    }

    private static IpVersion versionOf(TriedQuery query) {
        return query.client().address() instanceof Inet4Address ? IpVersion.IPV4 : IpVersion.IPV6;
    }

    private Suspects suspects(List<TriedQuery> some) {
        EnumSet<IpVersion> versions = EnumSet.noneOf(IpVersion.class);
        some.forEach(each -> versions.add(versionOf(each)));
        return new Suspects(situation.rules(), versions);
    }

    private static String list(List<TriedQuery> some) {
        return some.stream().map(each -> each.client().toString()).collect(Collectors.joining(", "));
    }

    private Finding notArrived(List<TriedQuery> some) {
        Optional<Suspect> rule = suspects(some).drops(Hook.PREROUTING, Hook.INPUT);
        return Finding.fault(
                TOPIC,
                "queries of " + list(some) + " do not get through to port " + stage().listening()
                        + rule.map(Suspect::by).orElse(""),
                "clients get no answer",
                rule.map(Suspect::removal).orElse(Cure.run("iptables -I INPUT -p udp --dport 53 -j ACCEPT")));
    }

    private Finding inAnotherZone(List<TriedQuery> some) {
        String zones = some.stream()
                .map(each -> Integer.toString(each.zone()))
                .distinct()
                .collect(Collectors.joining(", "));
        return Finding.fault(
                TOPIC,
                "connections of " + list(some) + " are in the conntrack zone " + zones
                        + suspects(some).zone(Hook.PREROUTING).map(Suspect::by).orElse(""),
                "mark.zones does not list this zone, so their marks are unknown",
                Cure.configure("mark.zones = [" + zones + "]"));
    }

    private Finding notTracked(List<TriedQuery> some) {
        Optional<Suspect> rule = suspects(some).noTrack(Hook.PREROUTING);
        return Finding.fault(
                TOPIC,
                "connections of " + list(some) + " are not tracked"
                        + rule.map(Suspect::by).orElse(""),
                "a connection that conntrack does not know has no mark: mark.unknown says what happens to its queries",
                rule.map(Suspect::removal)
                        .orElse(Cure.run("iptables-save -t raw; nft list ruleset | grep -n notrack")));
    }

    private Finding noMarks(List<TriedQuery> some) {
        Suspects suspects = suspects(some);
        Cure cure = Cure.run("waymark rules --config " + situation.file() + suspects.format()
                + some.stream()
                        .map(each -> " --client " + each.client().address().getHostAddress() + "=137")
                        .collect(Collectors.joining())
                + " | sh");
        String seen = "queries of " + list(some) + " have no mark, and neither have their connections";
        return suspects.marksClients()
                ? Finding.warning(
                        TOPIC,
                        seen,
                        "there are rules that give marks, but not to these clients; everything that has no mark is nobody's. The number"
                                + " 137 is an example",
                        cure)
                : Finding.fault(
                        TOPIC,
                        seen,
                        "no rule gives marks to packets that come in (rule 2): every query is nobody's. The number 137 is an example",
                        cure);
    }

    private Finding notSaved(List<TriedQuery> some) {
        Suspects suspects = suspects(some);
        String seen = "queries of " + list(some) + " come in with "
                + ConnectionMark.describe(some.get(0).packet()) + ", but their connections have mark 0x0 (0)";
        String meaning = marking.source() == Marking.Source.PACKET
                ? "Waymark carries the packets' marks, but rules that go by connections see none"
                : "Waymark carries the connections' marks, and so none";
        return suspects.savesTooEarly()
                .map(save -> Finding.fault(
                        TOPIC,
                        seen + save.by() + ", comes before the rule that sets the mark",
                        meaning,
                        Suspects.move(save)))
                .orElseGet(() -> Finding.fault(
                        TOPIC,
                        seen,
                        meaning + ": no rule in PREROUTING saves the mark (rule 3)",
                        suspects.save(Hook.PREROUTING, marking.mask())));
    }

    private Finding wiped(List<TriedQuery> some) {
        Suspects suspects = suspects(some);
        Optional<Suspect> save = suspects.savesZero();
        return Finding.fault(
                TOPIC,
                "connections of " + list(some) + " have "
                        + ConnectionMark.describe(some.get(0).connection()) + ", and after the answer mark 0x0 (0)"
                        + save.map(Suspect::by).orElse(""),
                "the answer leaves without a mark, and a rule in OUTPUT saves this to the client's connection: it lacks the guard"
                        + " -m mark ! --mark 0 (nft: meta mark != 0)",
                save.map(suspect -> suspects.guard(suspect, marking.mask()))
                        .orElse(Cure.advice("find the rule in OUTPUT that changes the connection's mark")));
    }

    /** The mark that somebody else has given to the connection, in the bits that are Waymark's. */
    private boolean overwrites(TriedQuery each) {
        boolean kept = ConnectionMark.isKnown(each.afterNext()) && isChanged(each.afterNext());
        boolean restored = each.nextPacket() >= 0 && isChanged(each.nextPacket());
        boolean matters = marking.source() == Marking.Source.PACKET;
        return each.connection() != 0
                && !suspects(List.of(each)).restores(Hook.PREROUTING)
                && (!kept || matters && !restored);
    }

    private boolean isChanged(long mark) {
        return (((int) mark ^ TriedQuery.CHANGED) & marking.mask()) == 0;
    }

    private Finding notRestored(List<TriedQuery> some) {
        boolean fault = marking.source() == Marking.Source.PACKET;
        String seen = "when somebody else, such as a portal, changes the marks of connections of " + list(some)
                + ", the next packet " + (fault ? "does not have the new one" : "changes them back");
        String meaning =
                "no rule in PREROUTING restores the connection's mark (rule 1): what was decided once does not stay";
        Cure cure = suspects(some).restore(marking.mask());
        return fault ? Finding.fault(TOPIC, seen, meaning, cure) : Finding.warning(TOPIC, seen, meaning, cure);
    }

    private Finding foreignBits(Suspect suspect) {
        return Finding.warning(
                TOPIC,
                "packets that come in get bits of " + Mark.format(suspect.bits()) + suspect.by(),
                "these bits do not say whose traffic it is, and would go upstream as part of the mark: leave them out by mark.mask",
                Cure.configure("mark.mask = \"" + Mark.format(marking.mask() & ~suspect.bits()) + "\""));
    }

    private static Finding twice(Suspect suspect) {
        HostRule rule = suspect.rule();
        return Finding.warning(
                TOPIC,
                "rules of iptables and of nft both keep marks" + suspect.by(),
                "whichever runs later decides: keep them in one place",
                Cure.run("nft delete table " + rule.table()));
    }
}
