package org.waymark.ruleset;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.waymark.programs.HostProgram;

/**
 * The host's rules for IPv4 and IPv6 as text that loads into another network namespace, in the order in which the tables were made: of
 * chains with one hook and priority the one registered later runs earlier. Not copied are Waymark's own tables, those of the families
 * netdev, bridge and arp, flowtables and counts. Nobody can tell whether legacy tables are older than those of nftables; they are loaded first.
 *
 * @param parts what to load, in this order
 * @param problems what could not be read, for people
 */
public record RulesetCopy(List<Part> parts, List<String> problems) {
    private static final Set<String> FAMILIES = Set.of("ip", "ip6", "inet");

    /** Where nft shows the number of an interface as its name: alone, or in a set, a map or a verdict map. */
    private static final Pattern BY_NUMBER = Pattern.compile("\\b[io]if (?:!= )?(?:v?map )?(?:\\{[^}]*\\}|\"[^\"]+\")");

    private static final Pattern QUOTED = Pattern.compile("\"([^\"]+)\"");

    /**
     * A part that one program loads.
     *
     * @param loader the program that reads it from standard input, with its arguments: {@code [nft, -f, -]}
     * @param text what it reads
     */
    public record Part(List<String> loader, String text) {
        /** Makes the loader immutable. */
        public Part {
            loader = List.copyOf(loader);
        }

        private Optional<String> load() {
            String program = loader.get(0);
            String[] arguments = loader.subList(1, loader.size()).toArray(String[]::new);
            return HostProgram.runWithInput(text, program, arguments)
                    .map(result -> result.succeeded()
                            ? ""
                            : program + ": " + result.errors().strip())
                    .or(() -> Optional.of(program + " is not installed"))
                    .filter(problem -> !problem.isEmpty());
        }
    }

    /** Makes the lists immutable. */
    public RulesetCopy {
        parts = List.copyOf(parts);
        problems = List.copyOf(problems);
    }

    /**
     * Copies the rules of the network namespace of the thread that calls this, which takes up to ten programs.
     *
     * @return the copy
     */
    public static RulesetCopy take() {
        SavedTables saved = SavedTables.read();
        List<String> problems = new ArrayList<>(saved.problems());
        List<Part> parts = new ArrayList<>();
        addSets(parts, problems);
        addLegacy(saved, parts);
        addNftables(saved, parts, problems);
        return new RulesetCopy(parts, problems);
    }

    private static void addSets(List<Part> parts, List<String> problems) {
        HostProgram.run("ipset", "save").ifPresent(result -> {
            if (!result.succeeded()) {
                problems.add("ipset save: " + result.errors().strip());
            } else if (!result.output().isEmpty()) {
                parts.add(new Part(List.of("ipset", "restore"), result.output()));
            }
        });
    }

    /** The kernel lists the table that was made last first. */
    private static void addLegacy(SavedTables saved, List<Part> parts) {
        List<Part> legacy = new ArrayList<>();
        saved.tables().stream()
                .filter(table -> table.program().tool() == Tool.IPTABLES_LEGACY)
                .forEach(table -> legacy.add(part(table)));
        Collections.reverse(legacy);
        parts.addAll(legacy);
    }

    /** What iptables shows whole, iptables loads: nft shows its own translation, which it can't always load. */
    private static void addNftables(SavedTables saved, List<Part> parts, List<String> problems) {
        Map<String, SavedTable> ofIptables = new LinkedHashMap<>();
        for (SavedTable table : saved.tables()) {
            if (table.program().tool() == Tool.IPTABLES_NFT && table.whole()) {
                ofIptables.put(table.program().version().nft() + " " + table.name(), table);
            }
        }
        Optional<HostProgram.Result> listing = HostProgram.run("nft", "-s", "list", "ruleset");
        listing.filter(result -> !result.succeeded())
                .ifPresent(result -> problems.add("nft: " + result.errors().strip()));
        for (NftText table :
                NftText.parse(listing.map(HostProgram.Result::output).orElse(""))) {
            SavedTable iptables = ofIptables.remove(table.family() + " " + table.name());
            if (iptables != null) {
                parts.add(part(iptables.withChains(table.chains())));
            } else if (FAMILIES.contains(table.family())) {
                parts.add(new Part(List.of("nft", "-f", "-"), table.withoutOwnerAndFlowtables()));
            }
        }
        ofIptables.values().forEach(table -> parts.add(part(table)));
    }

    private static Part part(SavedTable table) {
        return new Part(List.of(table.program().restore(), "--noflush"), table.text());
    }

    /**
     * The interfaces that must exist in a namespace before the rules are loaded, because nft replaces their names by their numbers.
     *
     * @return their names, sorted
     */
    public Set<String> interfaces() {
        Set<String> names = new TreeSet<>();
        for (Part part : parts) {
            BY_NUMBER
                    .matcher(part.text())
                    .results()
                    .flatMap(use -> QUOTED.matcher(use.group()).results())
                    .forEach(name -> names.add(name.group(1)));
        }
        return names;
    }

    /**
     * Loads the rules into the network namespace of the thread that calls this, in addition to those that are there. What one part fails
     * at does not keep the others from being loaded.
     *
     * @return what failed, for people; empty if everything is loaded
     */
    public List<String> load() {
        return parts.stream().map(Part::load).flatMap(Optional::stream).toList();
    }
}
