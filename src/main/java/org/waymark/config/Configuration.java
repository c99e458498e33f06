package org.waymark.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.waymark.mark.MarkMask;
import org.waymark.sets.SetName;

/**
 * The configuration of Waymark: one component for each section of the file.
 *
 * @param listen where queries come in, and which clients may ask
 * @param marking which marks are carried, and where they come from
 * @param upstreams the groups of servers that queries go to; at least one, and the first is the default
 * @param policies what happens to the queries with some marks, or for some names; the first policy that matches counts
 * @param domains where the queries for some names go, unless their policy says so; the longest name counts
 * @param local what is answered here
 * @param cache which answers are kept, and who shares them
 * @param limits how much of everything there may be
 * @param log what is logged
 * @param control how commands reach a running Waymark
 * @param metrics what is shown over HTTP
 * @param accounts whose traffic the connections with some marks are; the first one that matches counts
 * @param warnings what is allowed, but is probably a mistake
 */
public record Configuration(
        Listen listen,
        Marking marking,
        List<UpstreamGroup> upstreams,
        List<PolicyRule> policies,
        List<DomainRule> domains,
        Local local,
        Cache cache,
        Limits limits,
        Log log,
        Control control,
        Metrics metrics,
        List<AccountRule> accounts,
        List<Fault> warnings) {
    public Configuration {
        upstreams = List.copyOf(upstreams);
        policies = List.copyOf(policies);
        domains = List.copyOf(domains);
        accounts = List.copyOf(accounts);
        warnings = List.copyOf(warnings);
    }

    /**
     * Reads a configuration file and its drop-ins: TOML, in UTF-8. The drop-ins of {@code waymark.toml} are {@code waymark.d/*.toml} beside
     * it, in the order of their names: a key counts as the last file has it, and {@code [[sections]]} add up.
     *
     * @throws ConfigurationException if it can't be read, or if anything in it is wrong; it has every fault found
     */
    public static Configuration read(Path file) throws ConfigurationException {
        return ConfigurationFile.parse(ConfigurationFile.read(file), Configuration::from);
    }

    /**
     * Reads the configuration of a running process once more. A pipe, which {@link #read} accepts, has been read to its end before, and
     * would be waited for.
     *
     * @throws ConfigurationException if it can't be read within some seconds, or if anything in it is wrong; it has every fault found
     */
    public static Configuration readAgain(Path file) throws ConfigurationException {
        return ConfigurationFile.parse(ConfigurationFile.readAgain(file), Configuration::from);
    }

    /**
     * Reads only how commands reach a running Waymark, whatever else is wrong with the file. What the file does not say is as by default.
     *
     * @throws ConfigurationException if the file itself can't be read within some seconds
     */
    public static Control readControl(Path file) throws ConfigurationException {
        AtomicReference<Control> control = new AtomicReference<>(Control.BY_DEFAULT);
        Map<Path, String> texts = ConfigurationFile.readWhatCanBeRead(file);
        try {
            ConfigurationFile.parse(texts, read -> {
                control.set(Control.from(read.section("control")));
                return control;
            });
        } catch (ConfigurationException e) {
            // It is not about this, or the default was set.
        }
        return control.get();
    }

    /** Reads the text of a configuration file; the path is only for the faults. */
    static Configuration parse(Path file, String toml) throws ConfigurationException {
        return ConfigurationFile.parse(Map.of(file, toml), Configuration::from);
    }

    /** Returns the bits that may be set in the mark of a packet to a server. */
    public int outgoingBits() {
        return outgoingBits(marking, policies, domains);
    }

    /** Returns the sets of nft that addresses in answers go into. */
    public Set<SetName> sets() {
        return Stream.concat(
                        policies.stream().map(PolicyRule::fills),
                        domains.stream().map(DomainRule::fills))
                .flatMap(List::stream)
                .flatMap(fills -> fills.names().stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Returns the marks with which queries leave only by the interfaces of the marks' own routes. */
    public List<MarkMask> guardedMarks() {
        return policies.stream()
                .filter(PolicyRule::requireRoute)
                .map(policy -> policy.outgoing(marking.mask()))
                .distinct()
                .toList();
    }

    private static int outgoingBits(Marking marking, List<PolicyRule> policies, List<DomainRule> domains) {
        return Stream.concat(
                        policies.stream().map(PolicyRule::setMark),
                        domains.stream().map(DomainRule::setMark))
                .map(change -> change.mask() | change.value())
                .reduce(marking.mask() | marking.unknownMark(), (one, other) -> one | other);
    }

    private static Configuration from(Section file) {
        Listen listen = Listen.from(file.section("listen"));
        Section mark = file.section("mark");
        List<UpstreamGroup> upstreams = UpstreamGroup.allFrom(file, listen);
        List<PolicyRule> policies = PolicyRule.allFrom(file, upstreams, mark);
        Marking marking = Marking.from(mark, PolicyRule.haveNamesForMarks(policies));
        List<DomainRule> domains = DomainRule.allFrom(file, upstreams);
        Local local = Local.from(file);
        Cache cache = Cache.from(file.section("cache"), outgoingBits(marking, policies, domains));
        Limits limits = Limits.from(file.section("limits"));
        Log log = Log.from(file.section("log"));
        Control control = Control.from(file.section("control"));
        Metrics metrics = Metrics.from(file.section("metrics"));
        List<AccountRule> accounts = AccountRule.allFrom(file, marking);
        return new Configuration(
                listen,
                marking,
                upstreams,
                policies,
                domains,
                local,
                cache,
                limits,
                log,
                control,
                metrics,
                accounts,
                file.warnings());
    }
}
