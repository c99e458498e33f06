package org.waymark.settings;

import java.util.List;
import org.waymark.config.Configuration;
import org.waymark.config.PolicyRule;
import org.waymark.names.NameList;

/** The names of the policies: those of the configuration, and those in lists, which may change. */
public final class NameSources {
    private final List<NameList> lists;

    /** Reads the lists for the first time. */
    public NameSources(Configuration configuration) {
        lists = new java.util.ArrayList<>();
        for (PolicyRule rule : configuration.policies()) {
            lists.add(rule.names().areAll() ? null : NameList.of(rule.names().patterns()));
        }
    }

    /** The names of each policy, in the order of the configuration; null where it names none. */
    public List<NameList> current() {
        return lists;
    }
}
