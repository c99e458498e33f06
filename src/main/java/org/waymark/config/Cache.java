package org.waymark.config;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.waymark.dns.DomainName;
import org.waymark.mark.Mark;

/**
 * The section {@code [cache]}: which answers are kept, for how long, and who shares them.
 *
 * @param size the memory for answers in bytes, from 1 MiB; 0 if none are kept
 * @param shareMask the bits of the outgoing mark that must be the same for two queries to share an answer: all bits for {@code "mark"}, 0 for
 *     {@code "group"}
 * @param minTtl an answer serves at least so long, even if its records have a shorter time to live; 0 s to 24 h
 * @param maxTtl an answer serves at most so long; 1 s to 168 h, not shorter than {@code minTtl}
 * @param stale how long an old answer may serve after that if no server answers; 0 s to 168 h
 * @param persist whether answers are kept over a restart
 * @param never the names whose answers are not kept; those below them are not either
 */
public record Cache(
        long size,
        int shareMask,
        Duration minTtl,
        Duration maxTtl,
        Duration stale,
        boolean persist,
        List<DomainName> never) {
    private static final String SIZE = "size";
    private static final String SHARE = "share";
    private static final String MIN_TTL = "min-ttl";
    private static final String MAX_TTL = "max-ttl";
    private static final String STALE = "stale";
    private static final String PERSIST = "persist";
    private static final String NEVER = "never";

    private static final int ALL_BITS = 0xffff_ffff;

    public Cache {
        never = List.copyOf(never);
    }

    /**
     * @param outgoingBits those that may be set in an outgoing mark
     */
    static Cache from(Section cache, int outgoingBits) {
        Cache read = new Cache(
                cache.value(SIZE, Kind.sizeOrZero("1MiB", "64GiB"), "16MiB"),
                cache.value(SHARE, share(), "mark"),
                cache.value(MIN_TTL, Kind.duration("0s", "24h"), "0s"),
                cache.value(MAX_TTL, Kind.duration("1s", "168h"), "24h"),
                cache.value(STALE, Kind.duration("0s", "168h"), "0s"),
                cache.value(PERSIST, Kind.flag(), false),
                cache.anyList(NEVER, Kind.text("a domain such as \"example.lan\"", Cache::domain)));
        read.check(cache, outgoingBits);
        return read;
    }

    private void check(Section cache, int outgoingBits) {
        if (shareMask != 0 && (shareMask & outgoingBits) == 0) {
            cache.warn(SHARE, "is the same as \"group\", because no packet to a server has a mark with these bits");
        }
        if (maxTtl.compareTo(minTtl) < 0) {
            cache.wrong(MAX_TTL, "is shorter than min-ttl, which is " + minTtl.toSeconds() + "s");
        }
        if (size == 0) {
            Stream.of(SHARE, MIN_TTL, MAX_TTL, STALE, PERSIST, NEVER)
                    .filter(cache::has)
                    .forEach(key -> cache.warn(key, "is never used: with cache.size = \"0\" no answers are kept"));
        }
    }

    private static Kind<Integer> share() {
        return Kind.markOr("\"mark\", \"group\", or a mask of marks such as \"0xf00\"", Cache::maskOf, mask -> mask);
    }

    private static int maskOf(String text) {
        return switch (text) {
            case "mark" -> ALL_BITS;
            case "group" -> 0;
            default -> Mark.parse(text);
        };
    }

    private static DomainName domain(String text) {
        DomainName name = DomainName.parse(text);
        if (name.isRoot()) {
            throw new IllegalArgumentException("\".\" is every name: to keep no answers, write cache.size = \"0\"");
        }
        if (name.isWildcard()) {
            throw new IllegalArgumentException("\"" + text
                    + "\" needs no asterisk, because it covers the names below: write \"" + name.parent() + "\"");
        }
        return name;
    }
}
