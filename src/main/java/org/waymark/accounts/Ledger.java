package org.waymark.accounts;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.waymark.config.AccountRule;
import org.waymark.firewall.CountedLeg;
import org.waymark.mark.MarkMask;

/**
 * Adds up what the kernel's counters show, for each account, and for each mark that has none. Counters begin anew when the firewall is
 * loaded by somebody else; sums don't. A bounded number of marks without an account is told apart, because clients may bring any number;
 * the others are added up together.
 *
 * <p>Not thread-safe.
 */
final class Ledger {
    /** The key of the sum of all marks that are too many. */
    static final String OTHER = "other";

    /** How many marks without an account are told apart. */
    static final int MOST_MARKS = 4_096;

    /** While the kernel resizes a set, a reading may miss an element; so many in a row don't. */
    private static final int MISSED_READINGS = 10;

    private final Map<String, Balance> balances = new LinkedHashMap<>();
    private final Map<Integer, Meter> meters = new HashMap<>();
    private final Map<CountedLeg, String> sets = new EnumMap<>(CountedLeg.class);
    private List<AccountRule> accounts = List.of();
    private int reading;

    /** Changes who has an account; what was counted before stays where it is. */
    void accounts(List<AccountRule> changed) {
        accounts = List.copyOf(changed);
        accounts.forEach(account -> balance(key(account)));
        meters.forEach((mark, meter) -> meter.balance(balanceOf(mark)));
    }

    /** The sums of an account or mark by its key, empty at first. */
    Balance balance(String key) {
        return balances.computeIfAbsent(key, each -> new Balance());
    }

    /** All sums by key; accounts come first, if they were there first. */
    Map<String, Balance> balances() {
        return balances;
    }

    static String key(AccountRule account) {
        return account.mark().toString();
    }

    /** An account's quota; 0 if it has none. */
    static long quotaBytes(AccountRule account) {
        return account.quota().orElse(0L);
    }

    private Balance balanceOf(int mark) {
        for (AccountRule account : accounts) {
            if (account.mark().matches(mark)) {
                return balance(key(account));
            }
        }
        String key = MarkMask.exactly(mark).toString();
        return balances.containsKey(key) || balances.size() < MOST_MARKS + accounts.size()
                ? balance(key)
                : balance(OTHER);
    }

    /** The identity of each leg's set that was read last. */
    Map<CountedLeg, String> sets() {
        return sets;
    }

    /** What the counters of each mark have shown last. */
    Map<Integer, Meter> meters() {
        return meters;
    }

    /** Takes what an earlier process has seen of a mark's counters. */
    Meter meter(int mark) {
        return meters.computeIfAbsent(mark, each -> new Meter(balanceOf(each)));
    }

    /**
     * Begins a reading of a leg's set.
     *
     * @param set its identity; if it is another one than before, all of its counters have begun anew
     * @return whether it is another one
     */
    boolean begin(CountedLeg leg, String set) {
        boolean another = !set.equals(sets.put(leg, set));
        if (another) {
            meters.values().forEach(meter -> meter.beginAnew(leg));
        }
        return another;
    }

    /**
     * Takes an element of a leg's set.
     *
     * @return whether its counter shows anything new
     */
    boolean show(CountedLeg leg, int mark, long bytes, long packets) {
        Meter meter = meter(mark);
        meter.reading = reading;
        return meter.show(leg, bytes, packets);
    }

    /** Ends a reading of all sets: what has been missing for long is forgotten. */
    void end() {
        reading++;
        meters.values().removeIf(meter -> reading - meter.reading > MISSED_READINGS);
    }

    /**
     * The bill: accounts in their order, used or not, then whatever else has been used.
     *
     * @param counts the counts for a key, as in {@link Balance}; null if nothing has been counted for it
     */
    List<Sum> sums(Function<String, long[]> counts) {
        Map<String, Sum> sums = new LinkedHashMap<>();
        for (AccountRule account : accounts) {
            String key = key(account);
            Balance balance = balance(key);
            boolean reached = quotaBytes(account) > 0 && balance.reachedBytes >= quotaBytes(account);
            sums.putIfAbsent(
                    key,
                    new Sum(
                            account.name(),
                            key,
                            legs(counts.apply(key)),
                            legs(balance.ended),
                            quotaBytes(account),
                            reached ? balance.reachedOn : null));
        }
        balances.forEach((key, balance) -> {
            long[] used = counts.apply(key);
            if (used != null && Arrays.stream(used).anyMatch(count -> count > 0)) {
                sums.putIfAbsent(key, new Sum("", key, legs(used), legs(balance.ended), 0, null));
            }
        });
        return List.copyOf(sums.values());
    }

    private static Legs legs(long[] counts) {
        return Legs.of(counts == null ? new long[Balance.COUNTS] : counts);
    }
}
