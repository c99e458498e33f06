package org.waymark.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.waymark.config.Configuration;
import org.waymark.firewall.CountedLeg;
import org.waymark.programs.IpVersion;

/** A script of the shell that sets up a host's firewall and routing; it may be run again and again. */
public final class RulesScript {
    private static final String HEAD = """
            #!/bin/sh
            # Firewall and routing for Waymark. Run this as root, as often as you like: what it sets up is replaced, all else stays.
            # It replaces the table "inet waymark" of nft, also one that you have made from conf/firewall/waymark.nft.
            set -eu
            PATH=$PATH:/usr/sbin:/sbin
            """;

    private static final String NO_TABLE = """
            # The table of an earlier load, if there is one.
            ! command -v nft >/dev/null || nft delete table inet waymark 2>/dev/null || true
            """;

    private static final String NO_CHAINS = """

            # The chains of an earlier load with --format iptables, if there are any.
            leave() {
                $1 -w -t $2 -D $3 -j WAYMARK-$3
                $1 -w -t $2 -F WAYMARK-$3
                $1 -w -t $2 -X WAYMARK-$3
            }
            for tables in iptables ip6tables; do
                if $tables-save 2>/dev/null | grep -q '^:WAYMARK-'; then
                    leave $tables mangle PREROUTING
                    leave $tables mangle INPUT
                    leave $tables mangle OUTPUT
                    leave $tables nat PREROUTING
                    leave $tables nat POSTROUTING
                fi 2>/dev/null || true
            done
            """;

    private static final String OTHER_SETS = """

            # What has been counted stays. A set of the same name that counts something else is removed, with the rules that use it.
            for set in %s; do
                case $(nft -s -t list set inet waymark $set 2>/dev/null | tr -s '\\n\\t ' ' ') in
                    '' | *' { type mark size '*' flags dynamic counter } '*) ;;
                    *) nft "flush table inet waymark; delete set inet waymark $set" ;;
                esac
            done
            """;

    private static final String ACCEPT = "/proc/sys/net/ipv4/tcp_fwmark_accept";

    private static final String FORGET = "; conntrack -D -s 192.168.111.137";

    private final Format format;
    private final Basis basis;
    private final Tasks tasks;
    private final RoutingCommands routing;

    private RulesScript(Format format, Basis basis, Tasks tasks) {
        this.format = format;
        this.basis = basis;
        this.tasks = tasks;
        this.routing = new RoutingCommands(basis, tasks.routes());
    }

    /**
     * @param format the commands that the firewall's rules are written for
     * @param configuration Waymark's
     * @param tasks what the rules are for
     * @return the script
     * @throws IllegalArgumentException if the tasks don't fit the configuration; the message is for people
     */
    public static RulesScript of(Format format, Configuration configuration, Tasks tasks) {
        Basis basis = Basis.of(configuration);
        tasks.clients().forEach(basis::check);
        tasks.routes().forEach(basis::check);
        basis.checkTables(tasks.routes());
        if (!tasks.redirects().isEmpty()) {
            basis.checkRedirects();
        }
        return new RulesScript(format, basis, tasks);
    }

    /** Returns the text of the script. */
    public String text() {
        return HEAD + routing.text() + settings() + firewall() + login();
    }

    private String firewall() {
        if (format == Format.NFT) {
            return unredirected() + otherSets() + "\n" + load("nft -f -", NftTable.complete(basis, tasks)) + NO_CHAINS;
        }
        String tables = Stream.of(IpVersion.values())
                .map(version ->
                        "\n" + load(version.iptables() + "-restore --noflush", IptablesRules.of(version, basis, tasks)))
                .collect(Collectors.joining());
        return unredirected() + tables + jumps() + "\n" + (hasTableBeside() ? beside() : NO_TABLE);
    }

    private String unredirected() {
        return warnings().stream().map(line -> "\n" + comment(line)).collect(Collectors.joining());
    }

    private String beside() {
        return comment("Clients that log in, and bytes by mark: this takes nft, which works beside iptables.")
                + otherSets()
                + load("nft -f -", NftTable.beside(basis, tasks));
    }

    private String otherSets() {
        return tasks.accounting()
                ? OTHER_SETS.formatted(
                        Stream.of(CountedLeg.values()).map(CountedLeg::set).collect(Collectors.joining(" ")))
                : "";
    }

    private boolean hasTableBeside() {
        return tasks.login() || tasks.accounting();
    }

    private static String jumps() {
        return "\n" + comment("The host's chains lead to the new ones, once.") + """
                jump() {
                    $1 -w -t $2 -C $3 -j WAYMARK-$3 2>/dev/null || $1 -w -t $2 -A $3 -j WAYMARK-$3
                }
                for tables in iptables ip6tables; do
                    jump $tables mangle PREROUTING
                    jump $tables mangle INPUT
                    jump $tables mangle OUTPUT
                    jump $tables nat PREROUTING
                    jump $tables nat POSTROUTING
                done
                """;
    }

    private String login() {
        if (!tasks.login()) {
            return "";
        }
        boolean mayHaveAnother = !tasks.routes().isEmpty() || !tasks.clients().isEmpty();
        String effect = mayHaveAnother
                ? "Conntrack forgets its connections, so that they begin anew with this mark and the address of its link"
                : "Its connections have the mark from their next packet on";
        String text = """
                A client logs in by this command. %s:
                     nft add element inet waymark clients4 '{ 192.168.111.137 : 137 }'%s
                It logs out by this one. Conntrack forgets its connections, so that they begin anew without the mark:
                     nft delete element inet waymark clients4 '{ 192.168.111.137 }'%s
                For IPv6 the map is clients6. Who has logged in stays so when this script is run again.
                """;
        return "\n" + comment(text.formatted(effect, mayHaveAnother ? FORGET : "", FORGET));
    }

    private String settings() {
        return basis.marksFromPackets()
                ? "\n"
                        + comment(
                                "mark.source = \"packet\": a TCP connection has the mark of its first packet, over IPv6, too.")
                        + "echo 1 > " + ACCEPT + "\n"
                : "";
    }

    private static String load(String command, String text) {
        return command + " <<'RULES'\n" + text + "RULES\n";
    }

    private static String comment(String text) {
        return Comments.of(text, 0).stream().map(line -> line + "\n").collect(Collectors.joining());
    }

    /** Returns what an operator should know before the script is loaded: sentences for people; empty if there is nothing. */
    public List<String> warnings() {
        return tasks.redirects().isEmpty() ? List.of() : basis.unredirected();
    }

    /** What shows whether a host has everything that this script sets up, and nothing of another one, whatever its format. */
    List<Listing> listings() {
        List<Listing> listings = new ArrayList<>();
        listings.add(Listing.nft("inet", "waymark"));
        for (IpVersion version : IpVersion.values()) {
            listings.add(Listing.tables(version.iptables()));
        }
        if (basis.marksFromPackets()) {
            listings.add(Listing.setting(ACCEPT));
        }
        listings.addAll(routing.listings());
        return listings;
    }

    /** The names of the links that the script needs. */
    List<String> links() {
        return routing.links().toList();
    }
}
