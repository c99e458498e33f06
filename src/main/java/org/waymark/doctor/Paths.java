package org.waymark.doctor;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.waymark.config.DomainRule;
import org.waymark.config.ServerAddress;
import org.waymark.config.UpstreamGroup;
import org.waymark.dns.DomainName;
import org.waymark.dns.WireMessage;
import org.waymark.mark.ConnectionMark;
import org.waymark.names.Action;
import org.waymark.policy.Decision;
import org.waymark.ruleset.Effect;
import org.waymark.ruleset.Hook;
import org.waymark.settings.Settings;

/** The servers and the marks with which this configuration asks them: those of policies, those of clients and of rules, 0, and one of the doctor's own. */
final class Paths {
    private static final int MOST_MARKS = 12;
    private static final int MOST_PATHS = 64;

    /** A mark that nobody else is likely to use, as far as the mask lets it pass. */
    private static final int PROBE = 0x5a17_c3e9;

    private Paths() {}

    /**
     * @param situation the situation
     * @param seen marks of clients
     * @return each path once, at most {@value #MOST_PATHS}
     */
    static List<ServerProbe.Path> of(Situation situation, Collection<Integer> seen) {
        Set<ServerProbe.Path> paths = new LinkedHashSet<>();
        Set<Integer> marks = marks(situation, seen);
        for (int mark : marks) {
            add(paths, situation.settings(), mark, WireMessage.queryFor(DomainName.parse(".")));
        }
        for (DomainRule domain : situation.configuration().domains()) {
            DomainName name = domain.names().get(0);
            marks.forEach(mark -> add(paths, situation.settings(), mark, WireMessage.queryFor(name)));
        }
        return new ArrayList<>(paths).subList(0, Math.min(MOST_PATHS, paths.size()));
    }

    private static Set<Integer> marks(Situation situation, Collection<Integer> seen) {
        Set<Integer> marks = new LinkedHashSet<>();
        marks.add(0);
        situation.configuration().policies().stream()
                .filter(policy -> policy.action() == Action.FORWARD)
                .flatMap(policy -> policy.mark().stream())
                .forEach(mark -> marks.add(mark.value()));
        seen.stream().limit(MOST_MARKS).forEach(marks::add);
        situation.rules().rules().stream()
                .filter(rule -> rule.hook() == Hook.PREROUTING && rule.effect() instanceof Effect.SetPacketMark)
                .flatMap(rule -> ((Effect.SetPacketMark) rule.effect()).change().stream())
                .forEach(change -> marks.add(change.applyTo(0)));
        int mask = situation.configuration().marking().mask();
        marks.add((PROBE & mask) == 0 ? Integer.lowestOneBit(mask) : PROBE & mask);
        return new LinkedHashSet<>(marks.stream().limit(MOST_MARKS).toList());
    }

    private static void add(Set<ServerProbe.Path> paths, Settings settings, int mark, WireMessage query) {
        Decision decision = settings.policy().decide(ConnectionMark.known(mark), query);
        if (!decision.forwards()) {
            return;
        }
        for (ServerAddress server : settings.groups().get(decision.group()).servers()) {
            if (server.whyMarksEnd().isEmpty()) {
                paths.add(new ServerProbe.Path(server, decision.mark()));
            }
        }
    }

    /** The names of the groups that have this server, for people. */
    static String groupsOf(Settings settings, ServerAddress server) {
        return String.join(
                ", ",
                settings.groups().stream()
                        .filter(group -> group.servers().contains(server))
                        .map(Settings.Group::configured)
                        .map(UpstreamGroup::name)
                        .toList());
    }
}
