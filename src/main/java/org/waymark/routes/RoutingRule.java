package org.waymark.routes;

import java.util.Optional;
import java.util.Set;
import org.waymark.linux.Attributes;
import org.waymark.mark.MarkMask;

/**
 * A rule of the kernel's routing that leads packets with some marks to a table, whatever else is true of them (man 8 ip-rule).
 *
 * @param mark the marks
 * @param table the number of the table
 */
record RoutingRule(MarkMask mark, int table) {
    /** {@code struct nlmsghdr} and {@code struct fib_rule_hdr} (linux/fib_rules.h). */
    private static final int ATTRIBUTES = 28;

    private static final int DESTINATION_LENGTH = 17;
    private static final int SOURCE_LENGTH = 18;
    private static final int TYPE_OF_SERVICE = 19;
    private static final int ACTION = 23;
    private static final int FLAGS = 24;

    private static final int FR_ACT_TO_TBL = 1;
    private static final int FIB_RULE_INVERT = 2;

    private static final int FRA_FWMARK = 10;
    private static final int FRA_SUPPRESS_IFGROUP = 13;
    private static final int FRA_SUPPRESS_PREFIXLEN = 14;
    private static final int FRA_TABLE = 15;
    private static final int FRA_FWMASK = 16;

    /** What every rule may have besides, without being about fewer packets: its preference, who made it, and filler. */
    private static final int FRA_PRIORITY = 6;

    private static final int FRA_PAD = 18;
    private static final int FRA_PROTOCOL = 21;
    private static final Set<Integer> HARMLESS =
            Set.of(FRA_FWMARK, FRA_TABLE, FRA_FWMASK, FRA_PRIORITY, FRA_PAD, FRA_PROTOCOL);

    /** What the kernel gives as the longest prefix or as the group to leave out if nothing is. */
    private static final int NOTHING_LEFT_OUT = -1;

    /**
     * Reads a rule.
     *
     * @return the rule; empty if it is for all marks, or only for some of the packets with its mark, or if it leads to no table, or leaves
     *     routes of it out
     */
    static Optional<RoutingRule> read(Attributes attributes, int message, int end) {
        int start = message + ATTRIBUTES;
        int table = attributes.find(FRA_TABLE, start, end);
        int value = attributes.find(FRA_FWMARK, start, end);
        int mask = attributes.find(FRA_FWMASK, start, end);
        boolean plain = attributes.int8(message + ACTION) == FR_ACT_TO_TBL
                && attributes.int8(message + DESTINATION_LENGTH) == 0
                && attributes.int8(message + SOURCE_LENGTH) == 0
                && attributes.int8(message + TYPE_OF_SERVICE) == 0
                && (attributes.hostInt32(message + FLAGS) & FIB_RULE_INVERT) == 0
                && leavesNothingOut(attributes, FRA_SUPPRESS_IFGROUP, start, end)
                && leavesNothingOut(attributes, FRA_SUPPRESS_PREFIXLEN, start, end)
                && attributes.types(start, end).stream().allMatch(RoutingRule::isHarmless);
        if (!plain || table == Attributes.NONE || value == Attributes.NONE || mask == Attributes.NONE) {
            return Optional.empty();
        }
        MarkMask mark = new MarkMask(attributes.hostInt32(value), attributes.hostInt32(mask));
        return mark.mask() == 0 ? Optional.empty() : Optional.of(new RoutingRule(mark, attributes.hostInt32(table)));
    }

    private static boolean isHarmless(int type) {
        return HARMLESS.contains(type) || type == FRA_SUPPRESS_IFGROUP || type == FRA_SUPPRESS_PREFIXLEN;
    }

    private static boolean leavesNothingOut(Attributes attributes, int type, int start, int end) {
        int value = attributes.find(type, start, end);
        return value == Attributes.NONE || attributes.hostInt32(value) == NOTHING_LEFT_OUT;
    }
}
