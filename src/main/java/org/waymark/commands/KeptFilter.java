package org.waymark.commands;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.waymark.cache.Kept;
import org.waymark.cache.Views;
import org.waymark.config.Cache;
import org.waymark.config.Configuration;
import org.waymark.config.UpstreamGroup;
import org.waymark.control.CommandException;
import org.waymark.dns.DomainName;
import org.waymark.mark.MarkMask;

/**
 * Which answers in the cache an operator means. All conditions must hold.
 *
 * @param name the name that was asked for; empty if any
 * @param below whether the names below it are meant, too
 * @param mark the outgoing mark; empty if any
 * @param group the group of servers; empty if any
 */
record KeptFilter(Optional<DomainName> name, boolean below, Optional<MarkMask> mark, Optional<String> group) {
    private static final String NAME = "name";
    private static final String BELOW = "below";
    private static final String MARK = "mark";
    private static final String GROUP = "group";

    /** The arguments that it has. */
    static final List<String> ARGUMENTS = List.of(NAME, BELOW, MARK, GROUP);

    /** Reads the arguments; what is wrong with them is told with what is known. */
    static KeptFilter from(Arguments given, Configuration configuration) throws CommandException {
        List<String> groups =
                configuration.upstreams().stream().map(UpstreamGroup::name).toList();
        KeptFilter filter = new KeptFilter(
                given.find(NAME, DomainName::parse),
                given.flag(BELOW),
                given.find(MARK, MarkMask::parse),
                given.find(GROUP, text -> groupOf(text, groups)));
        if (filter.below && filter.name.isEmpty()) {
            throw new CommandException("below: needs a name, whose names below are meant");
        }
        return filter;
    }

    private static String groupOf(String text, List<String> groups) {
        if (!groups.contains(text)) {
            throw new IllegalArgumentException(
                    "there is no group \"" + text + "\" (allowed: " + String.join(", ", groups) + ")");
        }
        return text;
    }

    /** Whether there is no condition. */
    boolean isEverything() {
        return name.isEmpty() && mark.isEmpty() && group.isEmpty();
    }

    /**
     * Makes the conditions a test of answers. What no query can get any more, because it is too old, or its group has other servers now, is
     * not meant.
     *
     * @param cache says how old an answer may be, and which marks share one: a mark means all answers that its queries get
     */
    Predicate<Kept> test(Views views, Cache cache) {
        Map<Integer, Optional<String>> names = new HashMap<>();
        return kept -> {
            Optional<String> its =
                    names.computeIfAbsent(kept.group(), number -> Optional.ofNullable(views.nameOf(number)));
            return its.isPresent()
                    && !kept.left().plus(cache.stale()).isNegative()
                    && (group.isEmpty() || group.equals(its))
                    && (mark.isEmpty() || isSharedBy(mark.get(), kept.mark(), cache.shareMask()))
                    && (name.isEmpty() || holds(name.get(), DomainName.read(ByteBuffer.wrap(kept.name()), 0)));
        };
    }

    private static boolean isSharedBy(MarkMask wanted, int mark, int shareMask) {
        return ((mark ^ wanted.value()) & wanted.mask() & shareMask) == 0;
    }

    private boolean holds(DomainName wanted, DomainName asked) {
        return below ? wanted.covers(asked) : wanted.equals(asked);
    }
}
