package org.waymark.ruleset;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.waymark.programs.HostProgram;

/**
 * The host's rules that matter to marks. Rules of chains with equal hook and priority are in the order of the kernel: those registered
 * later come first. Two things about this order nobody tells: when a chain was added to a table that was there, and when legacy tables were
 * made. Chains count as registered with their tables, legacy ones before all others.
 *
 * @param rules the rules, in the order in which a packet meets them: by hook, priority and position, jumps followed in place
 * @param unreadable what could not be read or understood, for people
 */
public record Ruleset(List<HostRule> rules, List<String> unreadable) {
    /** Makes the lists immutable. */
    public Ruleset {
        rules = List.copyOf(rules);
        unreadable = List.copyOf(unreadable);
    }

    /**
     * Reads the rules of the network namespace of the thread that calls this, which takes up to ten programs.
     *
     * @return the rules
     */
    public static Ruleset read() {
        SavedTables saved = SavedTables.read();
        List<String> unreadable = new ArrayList<>(saved.problems());
        NftTables nft = readNft(unreadable);
        IptablesConditions conditions = new IptablesConditions(Ipsets.read());
        List<RuleTable> tables = new ArrayList<>();
        Set<String> ofIptables = new HashSet<>();
        for (SavedTable table : saved.tables()) {
            String family = table.program().version().nft();
            boolean inNftables = table.program().tool() == Tool.IPTABLES_NFT;
            Map<String, Integer> registered = inNftables ? nft.registered(family, table.name()) : Map.of();
            RuleTable read = IptablesTables.parse(table, conditions, registered);
            tables.add(read);
            if (inNftables) {
                read.chains().keySet().forEach(chain -> ofIptables.add(family + " " + table.name() + " " + chain));
            }
        }
        tables.addAll(nft.tables(ofIptables));
        unreadable.addAll(nft.unreadable());
        PacketPath path = new PacketPath(tables);
        if (!path.isComplete()) {
            unreadable.add(
                    "There are too many rules: only the first " + path.rules().size() + " are read");
        }
        return new Ruleset(path.rules(), unreadable);
    }

    private static NftTables readNft(List<String> unreadable) {
        Object json = HostProgram.run("nft", "-j", "-a", "list", "ruleset")
                .map(result -> json(result, unreadable))
                .orElse(Map.of());
        String text = HostProgram.run("nft", "-a", "list", "ruleset")
                .map(HostProgram.Result::output)
                .orElse("");
        return new NftTables(json, text);
    }

    private static Object json(HostProgram.Result result, List<String> unreadable) {
        try {
            if (result.succeeded()) {
                return result.json();
            }
            unreadable.add("nft: " + result.errors().strip());
        } catch (UncheckedIOException notJson) {
            unreadable.add("nft -j -a list ruleset: the output is not JSON: "
                    + notJson.getCause().getMessage());
        }
        return Map.of();
    }

    /**
     * @return the tools whose rules change the marks of packets or connections
     */
    public Set<Tool> toolsWithMarks() {
        return rules.stream()
                .filter(rule -> rule.effect() instanceof Effect.Restore
                        || rule.effect() instanceof Effect.Save
                        || rule.effect() instanceof Effect.SetPacketMark
                        || rule.effect() instanceof Effect.SetConnectionMark)
                .map(HostRule::tool)
                .collect(Collectors.toUnmodifiableSet());
    }
}
