package org.waymark.rules;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.waymark.mark.MarkMask;
import org.waymark.programs.IpVersion;

/** The text of the table {@code inet waymark}, as nft reads it: all rules, or those that iptables has no way to write. */
final class NftTable {
    /** The maps of clients that have logged in, by IP version. */
    private static final String CLIENTS = "clients";

    private static final String RESTORE = "restore";
    private static final String SAVE = "save";

    /** All chains that some options make. */
    private static final List<String> CHAINS = List.of(
            "login",
            "prerouting",
            "output",
            "other_services",
            "to_waymark",
            "by_link",
            RESTORE,
            SAVE,
            "save_outgoing",
            "count_forward",
            "count_input",
            "count_output");

    private final Basis basis;
    private final Tasks tasks;
    private final NftMarks marks;
    private final List<NftBlock> blocks = new ArrayList<>();

    private NftTable(Basis basis, Tasks tasks) {
        this.basis = basis;
        this.tasks = tasks;
        this.marks = new NftMarks(basis.mask());
    }

    /** The table with all rules. */
    static String complete(Basis basis, Tasks tasks) {
        NftTable table = new NftTable(basis, tasks);
        table.addLogin();
        table.addCopies();
        table.addClients("chain prerouting", "mangle", tasks.clients());
        table.addOtherServices();
        table.addOutput();
        table.addRedirects();
        table.addMasquerade();
        table.addAccounting();
        return table.text();
    }

    /** The table that stands beside rules of iptables: it lets clients log in before those rules, and counts. */
    static String beside(Basis basis, Tasks tasks) {
        NftTable table = new NftTable(basis, tasks);
        if (tasks.login()) {
            table.addLogin();
            table.addCopies();
            table.addClients("chain login", "mangle - 1", List.of());
        }
        table.addAccounting();
        return table.text();
    }

    private void addLogin() {
        if (tasks.login()) {
            maps().forEach(blocks::add);
        }
    }

    private static Stream<NftBlock> maps() {
        return Stream.of(IpVersion.values()).map(version -> new NftBlock("map " + CLIENTS + version.number())
                .line("type " + (version == IpVersion.IPV4 ? "ipv4_addr" : "ipv6_addr") + " : mark"));
    }

    private void addCopies() {
        if (marks.needsChains()) {
            blocks.add(marks.restoring(RESTORE));
            blocks.add(marks.saving(SAVE));
        }
    }

    private void addClients(String header, String priority, List<Client> clients) {
        NftBlock chain = new NftBlock(header)
                .line("type filter hook prerouting priority " + priority + "; policy accept;")
                .comment(Reasons.RESTORE)
                .line(marks.restore(RESTORE))
                .comment(Reasons.ANSWERS)
                .line("ct direction reply th dport != " + set(basis.ports()) + " return");
        if (tasks.login() || !clients.isEmpty()) {
            chain.comment(Reasons.clients(tasks.login()));
        }
        if (tasks.login()) {
            for (IpVersion version : IpVersion.values()) {
                chain.line(marks.isUnmarked() + " meta mark set " + version.nft() + " saddr map @" + CLIENTS
                        + version.number());
            }
        }
        clients.forEach(
                client -> chain.line(marks.isUnmarked() + " " + match(client) + " " + marks.set(client.mark())));
        blocks.add(chain.comment(Reasons.SAVE).line(marks.save(SAVE)));
    }

    private static String match(Client client) {
        return switch (client.trait()) {
            case HARDWARE_ADDRESS -> "ether saddr " + client.value();
            case ADDRESS ->
                client.network()
                        .map(network -> IpVersion.of(network.address()).nft() + " saddr " + client.value())
                        .orElseThrow();
            case INTERFACE -> iifname(client.value());
        };
    }

    private static String iifname(String link) {
        return "iifname \"" + link + "\"";
    }

    private void addOutput() {
        NftMarks outgoing = new NftMarks(basis.outgoing());
        String save = basis.outgoing() == basis.mask() ? SAVE : "save_outgoing";
        if (outgoing.needsChains() && !save.equals(SAVE)) {
            blocks.add(outgoing.saving(save));
        }
        blocks.add(new NftBlock("chain output")
                .line("type filter hook output priority mangle; policy accept;")
                .comment(Reasons.output(basis))
                .line(outgoing.isMarked() + " " + outgoing.save(save)));
    }

    private void addOtherServices() {
        if (basis.answersByMark(tasks)) {
            blocks.add(new NftBlock("chain other_services")
                    .line("type filter hook input priority 300; policy accept;")
                    .comment(Reasons.OTHER_SERVICES)
                    .line("meta l4proto tcp th dport != " + set(basis.ports()) + " ct direction original "
                            + new NftMarks(basis.outgoing()).clear()));
        }
    }

    private void addRedirects() {
        if (tasks.redirects().isEmpty()) {
            return;
        }
        NftBlock chain = new NftBlock("chain to_waymark")
                .line("type nat hook prerouting priority dstnat; policy accept;")
                .comment(Reasons.REDIRECT);
        for (String link : tasks.redirects()) {
            for (IpVersion version : IpVersion.values()) {
                basis.reachable(version)
                        .ifPresent(local -> chain.line(iifname(link) + " meta nfproto ipv" + version.number()
                                + " meta l4proto { tcp, udp } th dport 53 " + target(version, local)));
            }
        }
        blocks.add(chain);
    }

    private static String target(IpVersion version, InetSocketAddress local) {
        return local.getAddress().isAnyLocalAddress()
                ? "redirect to :" + local.getPort()
                : "dnat " + version.nft() + " to " + Addresses.withPort(local);
    }

    private void addMasquerade() {
        if (tasks.routes().isEmpty()) {
            return;
        }
        NftBlock chain = new NftBlock("chain by_link")
                .line("type nat hook postrouting priority srcnat; policy accept;")
                .comment(Reasons.MASQUERADE);
        for (Route route : tasks.routes()) {
            MarkMask mark = route.under(basis.outgoing());
            chain.line(
                    "oifname \"" + route.link() + "\" " + new NftMarks(mark.mask()).is(mark.value()) + " masquerade");
        }
        blocks.add(chain);
    }

    private void addAccounting() {
        if (tasks.accounting()) {
            blocks.addAll(new NftCounts(marks.ofConnection(), set(basis.ports()), set(basis.serverPorts())).blocks());
        }
    }

    private static String set(List<Integer> ports) {
        return ports.size() == 1
                ? ports.get(0).toString()
                : ports.stream().map(String::valueOf).collect(Collectors.joining(", ", "{ ", " }"));
    }

    private String text() {
        Stream<NftBlock> possible = Stream.of(
                        CHAINS.stream().map(name -> new NftBlock("chain " + name)), maps(), NftCounts.sets())
                .flatMap(all -> all);
        boolean keepsState = tasks.login() || tasks.accounting();
        return (keepsState ? NftReplacement.ofRules(blocks, possible) : NftReplacement.ofAll())
                + "\n"
                + blocks.stream()
                        .map(NftBlock::toString)
                        .collect(Collectors.joining("\n", "table inet waymark {\n", "}\n"));
    }
}
