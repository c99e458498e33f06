package org.waymark.doctor;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.waymark.programs.IpVersion;
import org.waymark.ruleset.Effect;
import org.waymark.ruleset.Field;
import org.waymark.ruleset.Hook;
import org.waymark.ruleset.HostRule;
import org.waymark.ruleset.Ruleset;
import org.waymark.ruleset.Tool;

/** Finds the rules of the host that explain what was seen. */
final class Suspects {
    private static final int DNS_PORT = 53;
    private static final int ALL_BITS = -1;

    private final List<HostRule> rules;
    private final RuleCures cures;

    /**
     * @param versions the versions of IP whose packets have shown something
     */
    Suspects(Ruleset rules, Set<IpVersion> versions) {
        this.rules = rules.rules().stream()
                .filter(rule -> rule.versions().stream().anyMatch(versions::contains))
                .toList();
        this.cures = new RuleCures(this.rules, versions);
    }

    RuleCures cures() {
        return cures;
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
}
