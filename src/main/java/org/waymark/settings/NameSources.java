package org.waymark.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.waymark.config.Configuration;
import org.waymark.config.PolicyNames;
import org.waymark.config.PolicyRule;
import org.waymark.dns.DomainName;
import org.waymark.names.NameList;

/** The names that policies are for: those in the configuration, and those in files. A file that several policies name is read once. */
public final class NameSources {
    /** How long the first reading of all files may delay the start. */
    private static final Duration FIRST_PATIENCE = Duration.ofSeconds(10);

    /** How long a reload of the configuration may have to wait for a list that is read. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final List<PolicyNames> policies;
    private final Map<Path, WatchedList> files = new LinkedHashMap<>();
    private final List<NameList> patterns;

    /** All lists that have memory, of this configuration and of others that were or could have been in force. */
    private final Set<NameList> unreleased;

    private volatile List<NameList> current;

    /**
     * Reads the files for the first time.
     *
     * @param configuration the settings
     */
    public NameSources(Configuration configuration) {
        this(namesOf(configuration));
    }

    /**
     * @param policies the names of each policy, in the order of the configuration
     */
    NameSources(List<PolicyNames> policies) {
        this(policies, Map.of(), Collections.newSetFromMap(new IdentityHashMap<>()));
    }

    private NameSources(List<PolicyNames> policies, Map<Path, WatchedList> former, Set<NameList> unreleased) {
        this.policies = List.copyOf(policies);
        this.unreleased = unreleased;
        this.patterns =
                policies.stream().map(names -> NameList.of(names.patterns())).toList();
        for (PolicyNames names : policies) {
            names.files()
                    .forEach(path -> files.computeIfAbsent(
                            path, absent -> new WatchedList(path, WatchedList.MOST_BYTES, former.get(path))));
        }
        read(files.values().stream().allMatch(WatchedList::isRead) ? PATIENCE : FIRST_PATIENCE);
        current = lists();
        unreleased.addAll(inUse());
    }

    /** Reads the files of another configuration. What a file has said before stays until it has been read again. */
    NameSources replacedBy(Configuration next) {
        return replacedBy(namesOf(next));
    }

    NameSources replacedBy(List<PolicyNames> next) {
        return new NameSources(next, files, unreleased);
    }

    private static List<PolicyNames> namesOf(Configuration configuration) {
        return configuration.policies().stream().map(PolicyRule::names).toList();
    }

    /** Reads the files again if they have changed. Returns whether a list has changed. */
    boolean refresh() {
        boolean changed = read(PATIENCE);
        if (changed) {
            current = lists();
            unreleased.addAll(inUse());
        }
        return changed;
    }

    private boolean read(Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        files.values().forEach(WatchedList::look);
        boolean changed = false;
        for (WatchedList file : files.values()) {
            changed |= file.take(Duration.ofNanos(end - System.nanoTime()));
        }
        return changed;
    }

    private List<NameList> lists() {
        List<NameList> lists = new ArrayList<>();
        for (int i = 0; i < policies.size(); i++) {
            List<NameList> parts = new ArrayList<>(List.of(patterns.get(i)));
            policies.get(i).files().forEach(path -> parts.add(files.get(path).names()));
            lists.add(policies.get(i).areAll() ? null : NameList.together(parts));
        }
        return Collections.unmodifiableList(lists);
    }

    private Set<NameList> inUse() {
        Set<NameList> lists = new HashSet<>(patterns);
        files.values().forEach(file -> lists.add(file.names()));
        return lists;
    }

    /**
     * @return for each policy, in the order of the configuration, the names that it is for; null for one that is for every name
     */
    public List<NameList> current() {
        return current;
    }

    /**
     * Says where a name comes from.
     *
     * @param policy the number of a policy that is for it, counted from 1
     * @param name the name
     * @return the file whose entry counts for it; empty if it is in the configuration itself
     */
    public Optional<Path> fileThatHas(int policy, DomainName name) {
        int most = patterns.get(policy - 1).labelsFor(name);
        Optional<Path> source = Optional.empty();
        for (Path file : policies.get(policy - 1).files()) {
            int labels = files.get(file).names().labelsFor(name);
            if (labels > most) {
                most = labels;
                source = Optional.of(file);
            }
        }
        return source;
    }

    /** Gives back the memory of all lists but the current ones, which must be in force: nobody may look for a name in another one. */
    void tidy() {
        Set<NameList> inUse = inUse();
        unreleased.removeIf(list -> {
            boolean isUnused = !inUse.contains(list);
            if (isUnused) {
                list.release();
            }
            return isUnused;
        });
    }
}
