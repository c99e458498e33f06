package org.waymark.doctor;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.waymark.mark.Mark;
import org.waymark.programs.IpVersion;
import org.waymark.ruleset.Effect;
import org.waymark.ruleset.Field;
import org.waymark.ruleset.Hook;
import org.waymark.ruleset.HostRule;
import org.waymark.ruleset.Tool;

/** Writes the commands that mend a host's rules, with the tools that have made them, and without taking away what protects more than DNS. */
final class RuleCures {
    private static final int ALL_BITS = -1;

    /** The table of waymark rules and of conf/firewall/waymark.nft. */
    private static final String WAYMARKS_TABLE = "inet waymark";

    private final List<HostRule> rules;
    private final Set<IpVersion> versions;

    /**
     * @param rules the host's rules for these versions of IP
     */
    RuleCures(List<HostRule> rules, Set<IpVersion> versions) {
        this.rules = rules;
        this.versions = versions;
    }

    /**
     * What lets these packets through a rule that drops them: without the rule, if it names the port, and else by an exception before it,
     * because the rule protects more than this.
     *
     * @param inNft what the exception matches, for nft
     * @param inIptables the same for iptables, in one or several rules
     */
    Cure letThrough(Suspect dropping, String inNft, String... inIptables) {
        HostRule rule = dropping.rule();
        boolean isAboutDns = !rule.conditions().values(Field.DESTINATION_PORT).isEmpty()
                || !rule.conditions().values(Field.SOURCE_PORT).isEmpty();
        if (isAboutDns) {
            return dropping.removal();
        }
        String chain = rule.path().get(0);
        if (rule.tool() == Tool.NFT) {
            return Cure.run("nft insert rule " + rule.table() + " " + chain + " " + inNft + " accept");
        }
        return Cure.run(Stream.of(inIptables)
                .map(match -> iptables(rule) + " -t " + rule.table() + " -I " + chain + " " + match + " -j ACCEPT")
                .collect(Collectors.joining(" && ")));
    }

    /** The rule once more, at the end of its chain. */
    static Cure move(Suspect suspect) {
        HostRule rule = suspect.rule();
        String again = rule.tool() == Tool.NFT
                ? "nft add rule " + rule.table() + " " + rule.chain() + " '" + rule.text() + "'"
                : iptables(rule) + " -t " + rule.table() + " " + rule.text();
        return Cure.run(rule.deletion() + " && " + again);
    }

    /** The back end of iptables that has rules of this version already. */
    private String iptables(IpVersion version) {
        return rules.stream()
                .filter(rule -> rule.tool() != Tool.NFT && rule.versions().contains(version))
                .map(RuleCures::iptables)
                .findFirst()
                .orElse(version.iptables());
    }

    private static String iptables(HostRule rule) {
        return rule.deletion().split(" ")[0];
    }

    /** Takes the marks' rules of nft away: the whole table if it is Waymark's, and else only these rules. */
    Cure withoutNft(Suspect suspect) {
        String table = suspect.rule().table();
        if (table.equals(WAYMARKS_TABLE)) {
            return Cure.run("nft delete table " + table);
        }
        return Cure.run(rules.stream()
                .filter(rule -> rule.tool() == Tool.NFT && rule.table().equals(table))
                .filter(rule -> rule.effect() instanceof Effect.Restore || rule.effect() instanceof Effect.Save)
                .map(HostRule::deletion)
                .distinct()
                .collect(Collectors.joining(" && ")));
    }

    /** The rule with its guard. */
    Cure guard(Suspect suspect, int mask) {
        return Cure.run(
                suspect.rule().deletion() + " && " + save(Hook.OUTPUT, mask).text());
    }

    /** Rule 3 in PREROUTING, rule 4 in OUTPUT. */
    Cure save(Hook hook, int mask) {
        if (mask == ALL_BITS && usesNft()) {
            String guard = hook == Hook.OUTPUT ? "meta mark != 0 " : "";
            return Cure.run(inNft(hook, "add", guard + "ct mark set meta mark"));
        }
        String guard = hook == Hook.OUTPUT ? "-m mark ! --mark 0 " : "";
        String masks = mask == ALL_BITS ? "" : " --nfmask " + Mark.format(mask) + " --ctmask " + Mark.format(mask);
        return Cure.run(inIptables(hook, "-A", guard + "-j CONNMARK --save-mark" + masks));
    }

    /** Rule 1, before all others. */
    Cure restore(int mask) {
        if (mask == ALL_BITS && usesNft()) {
            return Cure.run(inNft(Hook.PREROUTING, "insert", "meta mark set ct mark"));
        }
        String masks = mask == ALL_BITS ? "" : " --nfmask " + Mark.format(mask) + " --ctmask " + Mark.format(mask);
        return Cure.run(inIptables(Hook.PREROUTING, "-I", "-j CONNMARK --restore-mark" + masks));
    }

    /** The option of waymark rules that fits the rules that are there. */
    String format() {
        return usesNft() || rules.isEmpty() ? "" : " --format iptables";
    }

    private boolean usesNft() {
        return nftRule().isPresent();
    }

    /** A rule of nft that has to do with marks of clients. */
    private Optional<HostRule> nftRule() {
        return rules.stream()
                .filter(rule -> rule.tool() == Tool.NFT && rule.program().isEmpty())
                .filter(rule -> rule.effect() instanceof Effect.Restore
                        || rule.effect() instanceof Effect.Save
                        || rule.effect() instanceof Effect.SetPacketMark)
                .findFirst();
    }

    private String inNft(Hook hook, String verb, String rule) {
        String table = nftRule().map(HostRule::table).orElse(WAYMARKS_TABLE);
        String name = hook.name().toLowerCase(Locale.ROOT);
        Optional<String> chain = rules.stream()
                .filter(each -> each.tool() == Tool.NFT && each.table().equals(table) && each.hook() == hook)
                .map(HostRule::chain)
                .findFirst();
        String newChain =
                "nft add chain " + table + " " + name + " '{ type filter hook " + name + " priority mangle; }' && ";
        return (chain.isPresent() ? "" : newChain) + "nft " + verb + " rule " + table + " " + chain.orElse(name) + " "
                + rule;
    }

    private String inIptables(Hook hook, String verb, String rule) {
        return String.join(
                " && ",
                versions.stream()
                        .sorted()
                        .map(version -> iptables(version) + " -t mangle " + verb + " " + hook + " " + rule)
                        .toList());
    }
}
