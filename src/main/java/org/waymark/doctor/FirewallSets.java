package org.waymark.doctor;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.waymark.sets.AddressSets;
import org.waymark.sets.SetName;

/** Whether the sets of nft that addresses in answers go into can take them. */
final class FirewallSets {
    private static final String TOPIC = "sets";

    private FirewallSets() {}

    static List<Finding> examine(Situation situation) {
        Set<SetName> names = situation.configuration().sets();
        List<Finding> faults = names.stream()
                .flatMap(name -> AddressSets.problem(name).stream())
                .sorted()
                .map(problem -> Finding.fault(
                        TOPIC,
                        problem,
                        "queries whose addresses go into it get SERVFAIL",
                        Cure.advice("run the command, and add the set to the file that loads your firewall")))
                .toList();
        if (names.isEmpty() || !faults.isEmpty()) {
            return faults;
        }
        String all = names.stream().map(SetName::toString).sorted().collect(Collectors.joining(", "));
        return List.of(Finding.ok(TOPIC, all + (names.size() == 1 ? " takes" : " take") + " addresses"));
    }
}
