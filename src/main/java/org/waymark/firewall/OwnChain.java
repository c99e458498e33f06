package org.waymark.firewall;

import java.util.function.Predicate;

/** The chains of {@link MarkTable}, which explains them. */
enum OwnChain {
    TO_SERVERS("to_servers", "filter", Transaction.NF_INET_LOCAL_OUT, OwnChain.BEFORE_ALL_RULES, rules -> true),
    FROM_SERVERS("from_servers", "filter", Transaction.NF_INET_LOCAL_IN, OwnChain.BEFORE_ALL_RULES, rules -> true),
    ANSWERS("answers", "route", Transaction.NF_INET_LOCAL_OUT, OwnChain.AFTER_MANGLE, TableRules::markAnswers),
    QUERIES("queries", "filter", Transaction.NF_INET_LOCAL_IN, Integer.MAX_VALUE, TableRules::copiesMarks),
    OF_THE_KERNEL("of_the_kernel", "route", Transaction.NF_INET_LOCAL_OUT, OwnChain.AFTER_MANGLE, rules -> true),
    REQUIRED_ROUTES(
            "required_routes",
            "filter",
            Transaction.NF_INET_POST_ROUTING,
            OwnChain.BEFORE_ALL_RULES,
            rules -> !rules.guarded().isEmpty());

    /** Right after conntrack's own hooks. */
    private static final int BEFORE_ALL_RULES = -199;

    /** After the rules that save or restore marks: those in iptables' table mangle run at -150. */
    private static final int AFTER_MANGLE = -149;

    final String title;
    final String type;
    final int hook;
    final int priority;
    private final Predicate<TableRules> wanted;

    OwnChain(String title, String type, int hook, int priority, Predicate<TableRules> wanted) {
        this.title = title;
        this.type = type;
        this.hook = hook;
        this.priority = priority;
        this.wanted = wanted;
    }

    boolean isWanted(TableRules rules) {
        return wanted.test(rules);
    }
}
