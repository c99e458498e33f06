package org.waymark.doctor;

import java.io.Closeable;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.waymark.firewall.MarkTable;
import org.waymark.host.Interfaces;
import org.waymark.host.OwnTable;
import org.waymark.linux.LinuxException;
import org.waymark.linux.User;
import org.waymark.programs.IpVersion;
import org.waymark.ruleset.Effect;
import org.waymark.ruleset.Field;
import org.waymark.ruleset.Hook;
import org.waymark.ruleset.HostRule;
import org.waymark.ruleset.RulesetCopy;

/**
 * Whether clients' queries come to Waymark with marks, and whether their connections keep these. Clients that ask at the moment, or that
 * rules name, are worth more than others: nobody knows of the others whether they should get through and have marks.
 */
final class ClientMarks {
    static final String TOPIC = "marks of clients";

    private static final int DNS_PORT = 53;

    private final Situation situation;
    private final ClientConnections connections;

    private ClientMarks(Situation situation, ClientConnections connections) {
        this.situation = situation;
        this.connections = connections;
    }

    /**
     * @param connections what conntrack shows of clients
     */
    static List<Finding> examine(Situation situation, ClientConnections connections) throws LinuxException {
        List<Finding> findings = new ArrayList<>();
        findings.add(Finding.ok(
                TOPIC,
                connections.count() == 0
                        ? "no client has a connection at the moment"
                        : connections.marked() + " of " + connections.count() + " connections of clients have a mark"));
        findings.add(Finding.ok(TOPIC, rulesThatKeepThem(situation)));
        try {
            findings.addAll(new ClientMarks(situation, connections).tryOut());
        } catch (IllegalStateException e) {
            findings.add(Finding.warning(
                    TOPIC,
                    "the host's rules can't be tried out: " + e.getMessage(),
                    "nobody knows whether they give clients their marks",
                    Cure.advice("see which mark a client's connection has: conntrack -L -p udp --dport 53")));
        }
        return findings;
    }

    private static String rulesThatKeepThem(Situation situation) {
        Suspects rules = new Suspects(situation.rules(), EnumSet.allOf(IpVersion.class));
        return "set by "
                + rules.places(Hook.PREROUTING, List.of(Effect.SetPacketMark.class, Effect.SetConnectionMark.class))
                + "; restored by " + rules.places(Hook.PREROUTING, List.of(Effect.Restore.class)) + "; saved by "
                + rules.places(Hook.PREROUTING, List.of(Effect.Save.class));
    }

    private List<Finding> tryOut() throws LinuxException {
        Links links = Links.read();
        List<InetAddress> named = namedByRules();
        List<TriedClient> clients = new Candidates(situation.configuration().listen(), links)
                .choose(connections.clients(), named, upstreamLinks());
        if (isOnLoopbackOnly()) {
            return List.of(Finding.ok(TOPIC, "Waymark listens on loopback only, so there is nobody to try"));
        }
        if (clients.isEmpty()) {
            return List.of(Finding.warning(
                    TOPIC,
                    "no network of clients is in sight",
                    "the rules for clients can't be tried out",
                    Cure.advice("give this host an address on the clients' network, and add it to listen.addresses")));
        }
        List<TriedQuery> tried = Rehearsal.run(clients, links, RulesetCopy.take(), stage(), this::addOwnTable);
        Set<InetAddress> certain = new LinkedHashSet<>(connections.clients());
        certain.addAll(named);
        return new ClientFindings(situation, stage())
                .about(tried, each -> certain.contains(each.client().address()));
    }

    private boolean isOnLoopbackOnly() {
        return situation.configuration().listen().addresses().stream()
                .allMatch(address -> address.getAddress().isLoopbackAddress());
    }

    private TriedQuery.Stage stage() {
        int listening = situation.configuration().listen().addresses().get(0).getPort();
        boolean redirects = new Suspects(situation.rules(), EnumSet.allOf(IpVersion.class))
                .at(Effect.Redirect.class, Hook.PREROUTING)
                .findAny()
                .isPresent();
        return new TriedQuery.Stage(
                redirects ? DNS_PORT : listening,
                listening,
                situation.configuration().marking().zones());
    }

    /** Waymark's own table makes the kernel track connections where no rule of the host does. */
    private Closeable addOwnTable() throws LinuxException {
        if (!situation.configuration().marking().ownRule()) {
            return () -> {};
        }
        MarkTable table = MarkTable.add(
                "waymark-" + ProcessHandle.current().pid(),
                OwnTable.rulesForServers(
                        situation.configuration(), situation.settings().servers(), User.effective()));
        return table::close;
    }

    /** The addresses that rules which set marks are about; of a network, the first host. */
    private List<InetAddress> namedByRules() {
        return situation.rules().rules().stream()
                .filter(ClientMarks::setsMarks)
                .filter(rule -> rule.hook() == Hook.PREROUTING || rule.hook() == Hook.INPUT)
                .flatMap(rule -> rule.conditions().values(Field.SOURCE).stream())
                .flatMap(text -> FirstHost.of(text, Interfaces::have).stream())
                .toList();
    }

    private static boolean setsMarks(HostRule rule) {
        return rule.effect() instanceof Effect.SetPacketMark || rule.effect() instanceof Effect.SetConnectionMark;
    }

    private Set<String> upstreamLinks() {
        return situation.settings().servers().stream()
                .flatMap(server -> ChosenRoute.to(server.address().getAddress(), 0).link().stream())
                .collect(Collectors.toSet());
    }
}
