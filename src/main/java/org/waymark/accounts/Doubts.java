package org.waymark.accounts;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.waymark.firewall.CountedLeg;
import org.waymark.firewall.CountingSets;
import org.waymark.linux.LinuxException;

/**
 * What may make sums wrong. The log tells it once for as long as it lasts; the firewall may be about to be loaded, so it must last a moment.
 * Who asks is told at once.
 */
final class Doubts {
    private static final Logger LOG = LoggerFactory.getLogger(Doubts.class);

    private static final String RUN_THE_SCRIPT = " (run the script that waymark rules --accounting prints)";

    private static final long LASTING_NANOS = 8_000_000_000L;

    /** As {@code waymark rules} makes it. */
    private static final int SET_SIZE = 1 << 16;

    /** Each with when it was found; only those that last are told. */
    private final Map<String, Long> found = new HashMap<>();

    private String unwritten = "";
    private volatile List<String> present = List.of();
    private List<String> lasting = List.of();

    static String missing(List<CountedLeg> legs) {
        return "not everything is counted for accounts: the table inet " + CountingSets.TABLE + " of nft has no "
                + (legs.size() == 1 ? "set " : "sets ")
                + legs.stream().map(CountedLeg::set).collect(Collectors.joining(", "))
                + " of marks" + RUN_THE_SCRIPT;
    }

    /** What packets pass by without being counted, though the sets are there. */
    static List<String> passedBy(CountingSets sets) throws LinuxException {
        List<String> problems = new ArrayList<>();
        sets.flowtables().stream().map(Doubts::flowtable).forEach(problems::add);
        Set<String> fed = sets.fed();
        List<CountedLeg> idle = new ArrayList<>();
        for (CountedLeg leg : CountedLeg.values()) {
            if (!fed.contains(leg.set()) && sets.find(leg).isPresent()) {
                idle.add(leg);
            }
        }
        if (!idle.isEmpty()) {
            problems.add("not everything is counted for accounts: no rule of the table inet " + CountingSets.TABLE
                    + " of nft adds to " + list(idle) + RUN_THE_SCRIPT);
        }
        return problems;
    }

    private static String list(List<CountedLeg> legs) {
        return (legs.size() == 1 ? "the set " : "the sets ")
                + legs.stream().map(CountedLeg::set).collect(Collectors.joining(", "));
    }

    private static String flowtable(String name) {
        return "the flowtable " + name + " forwards packets past all rules, so they are not counted for accounts"
                + " (remove the rule with: flow add @" + name + ")";
    }

    static String unreadable(LinuxException e) {
        return "the counters of accounts can't be read: " + e.getMessage()
                + " (Waymark needs CAP_NET_ADMIN, and the kernel nf_tables)";
    }

    static Optional<String> full(CountedLeg leg, int elements) {
        return elements < SET_SIZE
                ? Optional.empty()
                : Optional.of("the set " + leg.set() + " is full: further marks are not counted (nft flush set inet "
                        + CountingSets.TABLE + " " + leg.set()
                        + " makes room, and loses nothing that Waymark has read)");
    }

    /** Takes whether the sums could be written, and if not, the file and why. */
    void isWritten(boolean success, String problem) {
        unwritten = success
                ? ""
                : "the sums of accounts are lost when Waymark ends, because they can't be written to " + problem;
    }

    /** Takes all that is wrong at the moment. */
    void tell(List<String> problems) {
        long now = System.nanoTime();
        List<String> all = new ArrayList<>(problems);
        if (!unwritten.isEmpty()) {
            all.add(unwritten);
        }
        found.keySet().retainAll(all);
        all.forEach(problem -> found.putIfAbsent(problem, now));
        present = List.copyOf(all);
        List<String> before = lasting;
        lasting = all.stream()
                .filter(problem -> now - found.get(problem) >= LASTING_NANOS)
                .toList();
        lasting.stream().filter(problem -> !before.contains(problem)).forEach(LOG::warn);
    }

    /** What was wrong at the last reading, whether it lasts or not. */
    List<String> present() {
        return present;
    }

    /** Whether only the next reading tells if something lasts. */
    boolean isUndecided() {
        return !present.equals(lasting);
    }
}
