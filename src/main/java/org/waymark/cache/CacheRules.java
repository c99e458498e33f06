package org.waymark.cache;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;
import org.waymark.dns.DomainName;
import org.waymark.dns.KeepableAnswer;
import org.waymark.dns.NameTable;
import org.waymark.dns.WireMessage;

/**
 * For how long answers are kept.
 *
 * @param minTtl the least, of those that say what there is
 * @param maxTtl the most
 * @param stale how long after that they may serve if no server answers
 * @param never names whose answers are not kept, nor those of names below them
 */
public record CacheRules(Duration minTtl, Duration maxTtl, Duration stale, NameTable<DomainName> never) {
    /** That something does not exist is believed for so long (RFC 2308, section 5, suggests 1 to 3 hours). */
    private static final Duration LONGEST_NEGATIVE = Duration.ofHours(1);

    /** That a server has failed is believed for so long: 1 s to 5 min by RFC 9520, section 3.2. */
    private static final Duration FAILURE = Duration.ofSeconds(5);

    /** For a cache that keeps nothing. */
    public static final CacheRules NOTHING = of(Duration.ZERO, Duration.ZERO, Duration.ZERO, Set.of());

    /**
     * @param never names whose answers are not kept, nor those of names below them
     * @return rules
     */
    public static CacheRules of(Duration minTtl, Duration maxTtl, Duration stale, Collection<DomainName> never) {
        return new CacheRules(
                minTtl,
                maxTtl,
                stale,
                new NameTable<>(never.stream().distinct().collect(Collectors.toMap(name -> name, name -> name))));
    }

    /** Whether answers that are not fresh any more may serve at all. */
    boolean keepsStale() {
        return !stale.isZero();
    }

    /** Whether answers about a name may be kept. */
    boolean mayKeep(WireMessage query) {
        return never.findLongestSuffix(query.buffer(), query.namePosition()) == null;
    }

    /**
     * @return whether an answer that is there would be kept now
     */
    public boolean mayKeep(Kept kept) {
        return never.findLongestSuffix(ByteBuffer.wrap(kept.name()), 0) == null;
    }

    /** How long an answer is fresh, in seconds. */
    int lifeSeconds(KeepableAnswer answer) {
        if (answer.isFailure()) {
            return (int) FAILURE.toSeconds();
        }
        long life = answer.isNegative()
                ? Math.min(answer.seconds(), LONGEST_NEGATIVE.toSeconds())
                : Math.max(answer.seconds(), minTtl.toSeconds());
        return (int) Math.min(life, maxTtl.toSeconds());
    }
}
