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
import org.waymark.ruleset.Ruleset;
import org.waymark.ruleset.Tool;

/** Finds the rules of the host that explain what was seen, and writes the commands that put others in their place. */
final class Suspects {
    private static final int DNS_PORT = 53;
    private static final int ALL_BITS = -1;

    /** The table of waymark rules and of conf/firewall/waymark.nft. */
    private static final String WAYMARKS_TABLE = "inet waymark";

    private final List<HostRule> rules;
    private final Set<IpVersion> versions;

    /**
     * @param versions the versions of IP whose packets have shown something
     */
    Suspects(Ruleset rules, Set<IpVersion> versions) {
        this.versions = versions;
        this.rules = rules.rules().stream()
                .filter(rule -> rule.versions().stream().anyMatch(versions::contains))
                .toList();
    }

    /** The rules with this effect that packets of queries may meet at these hooks, the first one first. */
    Stream<HostRule> at(Class<? extends Effect> effect, Hook... hooks) {
        return rules.stream()
                .filter(rule -> effect.isInstance(rule.effect()))
                .filter(rule -> List.of(hooks).contains(rule.hook()))
                .filter(Suspects::isAboutQueries);
    }

    /** Queries and answers both have the port at one end. */
    private static boolean isAboutQueries(HostRule rule) {
        boolean protocol = rule.conditions().admits(Field.PROTOCOL, "udp")
                || rule.conditions().admits(Field.PROTOCOL, "tcp");
        boolean query = rule.conditions().admitsDestinationPort(DNS_PORT);
        boolean answer = rule.conditions().admitsSourcePort(DNS_PORT)
                && rule.conditions().values(Field.DESTINATION_PORT).isEmpty();
        return protocol && (query || answer);
    }

    /** Where the rules with these effects are, for people: the first of them, and how many more there are. */
    String places(Hook hook, List<Class<? extends Effect>> effects) {
        List<String> places = rules.stream()
                .filter(rule -> rule.hook() == hook)
                .filter(rule -> effects.stream().anyMatch(effect -> effect.isInstance(rule.effect())))
                .map(HostRule::place)
                .distinct()
                .toList();
        if (places.isEmpty()) {
            return "no rule";
        }
        return places.get(0) + (places.size() == 1 ? "" : " (and " + (places.size() - 1) + " more)");
    }

    private Optional<Suspect> first(Class<? extends Effect> effect, Hook... hooks) {
        return at(effect, hooks).findFirst().map(Suspect::new);
    }

    Optional<Suspect> noTrack(Hook hook) {
        return first(Effect.NoTrack.class, hook);
    }

    Optional<Suspect> zone(Hook hook) {
        return first(Effect.Zone.class, hook);
    }

    /** A rule that sends packets for the port elsewhere than to this port. */
    Optional<Suspect> divert(int port) {
        return Stream.concat(at(Effect.Redirect.class, Hook.PREROUTING), at(Effect.Dnat.class, Hook.PREROUTING))
                .filter(rule -> !leadsTo(rule.effect(), port))
                .findFirst()
                .map(Suspect::new);
    }

    private static boolean leadsTo(Effect effect, int port) {
        return effect instanceof Effect.Redirect redirect
                && (redirect.port().isEmpty() || redirect.port().equals(Integer.toString(port)));
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

    /** Of several rules that drop, the one that names the port is likelier than one that drops all the rest. */
    Optional<Suspect> drops(Hook... hooks) {
        return at(Effect.Drop.class, hooks)
                .filter(rule ->
                        !rule.conditions().values(Field.DESTINATION_PORT).isEmpty())
                .findFirst()
                .or(() -> at(Effect.Drop.class, hooks)
                        .filter(rule -> rule.conditions().admits(Field.STATE, "new"))
                        .findFirst())
                .map(Suspect::new);
    }

    Optional<Suspect> changesConnectionMark(Hook... hooks) {
        return first(Effect.SetConnectionMark.class, hooks);
    }

    /** A rule that fetches the connection's mark after another has set the packet's: it undoes that, or comes too late for it. */
    Optional<Suspect> restoresTooLate(Hook hook) {
        Optional<HostRule> restore = at(Effect.Restore.class, hook).findFirst();
        Optional<HostRule> set = at(Effect.SetPacketMark.class, hook).findFirst();
        return restore.filter(rule -> set.isPresent() && rules.indexOf(rule) > rules.indexOf(set.get()))
                .map(Suspect::new);
    }

    Optional<Suspect> restore(Hook hook) {
        return first(Effect.Restore.class, hook);
    }

    Optional<Suspect> changesPacketMark(Hook hook) {
        return at(Effect.SetPacketMark.class, hook, Hook.POSTROUTING)
                .findFirst()
                .or(() -> at(Effect.Restore.class, hook, Hook.POSTROUTING).findFirst())
                .map(Suspect::new);
    }

    /** The same, if the bits are among those that were seen. */
    Optional<Suspect> foreignBits(int seen, Hook... hooks) {
        return foreignBits(hooks).filter(suspect -> (seen & ~suspect.bits()) == 0);
    }

    /** A rule of some program that has bits of its own: it changes only these, and not for certain clients. */
    Optional<Suspect> foreignBits(Hook... hooks) {
        return at(Effect.SetPacketMark.class, hooks)
                .map(Suspect::new)
                .filter(suspect -> suspect.bits() != ALL_BITS)
                .filter(suspect -> suspect.rule().program().isPresent() || !isAboutClients(suspect.rule()))
                .findFirst();
    }

    private static boolean isAboutClients(HostRule rule) {
        return Stream.of(Field.SOURCE, Field.SOURCE_MAC, Field.INPUT_INTERFACE, Field.OTHER)
                .anyMatch(field -> rule.conditions().all().stream().anyMatch(condition -> condition.field() == field));
    }

    boolean saves(Hook hook) {
        return at(Effect.Save.class, hook).findAny().isPresent();
    }

    boolean restores(Hook hook) {
        return at(Effect.Restore.class, hook).findAny().isPresent();
    }

    /** Whether any rule gives marks to packets or connections that come in. */
    boolean marksClients() {
        return at(Effect.SetPacketMark.class, Hook.PREROUTING).findAny().isPresent()
                || at(Effect.SetConnectionMark.class, Hook.PREROUTING, Hook.INPUT)
                        .findAny()
                        .isPresent();
    }

    /** A rule that saves marks before the first rule that sets one. */
    Optional<Suspect> savesTooEarly() {
        Optional<HostRule> save = at(Effect.Save.class, Hook.PREROUTING).reduce((one, other) -> other);
        Optional<HostRule> set = at(Effect.SetPacketMark.class, Hook.PREROUTING).findFirst();
        return save.filter(rule -> set.isPresent() && rules.indexOf(rule) < rules.indexOf(set.get()))
                .map(Suspect::new);
    }

    /** A rule in OUTPUT that saves the mark of packets without a mark, too. */
    Optional<Suspect> savesZero() {
        return at(Effect.Save.class, Hook.OUTPUT)
                .filter(rule -> rule.conditions().admitsPacketMark(0))
                .filter(rule -> rule.conditions().admits(Field.DIRECTION, "reply"))
                .findFirst()
                .map(Suspect::new);
    }

    /** Whether both nft and iptables have rules that keep marks at this hook, which do the same twice. */
    Optional<Suspect> keptTwice() {
        boolean iptables = at(Effect.Save.class, Hook.PREROUTING).anyMatch(rule -> rule.tool() != Tool.NFT);
        return at(Effect.Save.class, Hook.PREROUTING)
                .filter(rule -> iptables && rule.tool() == Tool.NFT)
                .findFirst()
                .map(Suspect::new);
    }

    /** The rule once more at the end of its chain. */
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
                .map(Suspects::iptables)
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
        String chain = rules.stream()
                .filter(each -> each.tool() == Tool.NFT && each.table().equals(table) && each.hook() == hook)
                .map(HostRule::chain)
                .findFirst()
                .orElse(name);
        return "nft add chain " + table + " " + chain + " '{ type filter hook " + name + " priority mangle; }' && nft "
                + verb + " rule " + table + " " + chain + " " + rule;
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
