package org.waymark.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.waymark.config.Marking;
import org.waymark.mark.ConnectionMark;
import org.waymark.programs.IpVersion;
import org.waymark.ruleset.Hook;

/** Decides what the queries of clients have shown. */
final class ClientFindings {
    private static final String TOPIC = ClientMarks.TOPIC;

    private final ClientFaults faults;
    private final Marking marking;
    private final List<Finding> findings = new ArrayList<>();

    ClientFindings(Situation situation, TriedQuery.Stage stage) {
        this.faults = new ClientFaults(situation, stage);
        this.marking = situation.configuration().marking();
    }

    /**
     * @param tried all queries that were tried out; at least one
     * @param isCertain whether a query is of somebody who is a client for certain
     */
    List<Finding> about(List<TriedQuery> tried, Predicate<TriedQuery> isCertain) {
        List<TriedQuery> certain = tried.stream().filter(isCertain).toList();
        List<TriedQuery> telling = certain.isEmpty() ? tried : certain;
        List<TriedQuery> arrived = telling.stream().filter(TriedQuery::arrived).toList();
        add(
                telling,
                each -> arrived.stream().noneMatch(other -> other.version() == each.version()),
                faults::notArrived);
        add(arrived, each -> !ConnectionMark.isKnown(each.connection()) && each.zone() >= 0, faults::inAnotherZone);
        add(arrived, each -> !ConnectionMark.isKnown(each.connection()) && each.zone() < 0, faults::notTracked);
        List<TriedQuery> tracked = arrived.stream()
                .filter(each -> ConnectionMark.isKnown(each.connection()))
                .toList();
        if (!tracked.isEmpty()) {
            aboutMarks(tracked, tried);
        }
        if (findings.isEmpty()) {
            arrived.forEach(each -> findings.add(Finding.ok(
                    TOPIC,
                    each.client() + " asks with " + ConnectionMark.describe(each.connection())
                            + ", and its connection keeps it")));
        }
        return findings;
    }

    private void aboutMarks(List<TriedQuery> tracked, List<TriedQuery> tried) {
        List<TriedQuery> ofOtherVersions = tried.stream()
                .filter(each ->
                        each.arrived() && tracked.stream().noneMatch(other -> other.version() == each.version()))
                .toList();
        List<TriedQuery> unmarked = Stream.concat(tracked.stream(), ofOtherVersions.stream())
                .filter(each -> areUnmarked(tracked, each.version()) && areUnmarked(ofOtherVersions, each.version()))
                .toList();
        if (!unmarked.isEmpty()) {
            findings.add(faults.noMarks(unmarked));
        }
        add(tracked, each -> each.packet() != 0 && each.connection() == 0, faults::notSaved);
        add(tracked, each -> each.connection() != 0 && each.afterAnswer() == 0, faults::wiped);
        add(tracked, this::overwrites, faults::notRestored);
        add(tracked, each -> each.connection() != 0 && each.overTcp() != each.connection(), faults::otherwiseOverTcp);
        Suspects suspects = faults.suspects(tracked);
        suspects.foreignBits(Hook.PREROUTING, Hook.INPUT)
                .filter(suspect -> (suspect.bits() & marking.mask()) != 0)
                .ifPresent(suspect -> findings.add(faults.foreignBits(suspect)));
        suspects.keptTwice().ifPresent(suspect -> findings.add(ClientFaults.twice(suspects, suspect)));
    }

    private static boolean areUnmarked(List<TriedQuery> tried, IpVersion version) {
        return tried.stream()
                .filter(each -> each.version() == version)
                .allMatch(each -> each.packet() <= 0 && each.connection() <= 0);
    }

    /** Each version of IP has its own finding, unless both have the same cure. */
    private void add(
            List<TriedQuery> tried, Predicate<TriedQuery> condition, Function<List<TriedQuery>, Finding> words) {
        List<TriedQuery> some = tried.stream().filter(condition).toList();
        List<Finding> each = some.stream()
                .collect(Collectors.groupingBy(TriedQuery::version, TreeMap::new, Collectors.toList()))
                .values()
                .stream()
                .map(words)
                .toList();
        boolean sameCure = each.stream().map(Finding::cures).distinct().count() == 1;
        findings.addAll(sameCure ? List.of(words.apply(some)) : each);
    }

    /** Whether a packet changes the mark that somebody else has given to the connection, in the bits that are Waymark's. */
    private boolean overwrites(TriedQuery each) {
        boolean kept = ConnectionMark.isKnown(each.afterNext()) && isChanged(each.afterNext());
        boolean restored = each.nextPacket() >= 0 && isChanged(each.nextPacket());
        boolean matters = marking.source() == Marking.Source.PACKET;
        Suspects suspects = faults.suspects(List.of(each));
        boolean isLate = suspects.restoresTooLate(Hook.PREROUTING).isPresent();
        return each.connection() != 0
                && (isLate || !suspects.restores(Hook.PREROUTING))
                && (!kept || matters && !restored);
    }

    private boolean isChanged(long mark) {
        return (((int) mark ^ TriedQuery.CHANGED) & marking.mask()) == 0;
    }
}
