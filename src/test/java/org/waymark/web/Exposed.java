package org.waymark.web;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What /metrics gives when there is something of everything, taken apart. */
final class Exposed {
    private static final Pattern TYPE = Pattern.compile("# TYPE (\\S+) (\\S+)");
    private static final Pattern HELP = Pattern.compile("# HELP (\\S+) \\S+.*");
    private static final Pattern SAMPLE = Pattern.compile("([a-z_]+)(?:\\{(.*)\\})? \\S+");
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"");

    /** The type of each family. */
    final Map<String, String> types = new TreeMap<>();

    /** The labels of each sample's name; of all its samples together. */
    final Map<String, Set<String>> labels = new TreeMap<>();

    private final Set<String> explained = new TreeSet<>();

    Exposed() {
        SampleSight sight = new SampleSight();
        sight.queries(100);
        sight.accounts.add(new Sight.Account("room 137", "0x89/0xff", 1, 2, 3, 4, Optional.of(3L)));
        Figures figures = new Figures(sight, new MarkActivity(10), "1.2.3", 10);
        Request request = new Request("GET", "/metrics", Optional.empty(), "", "text/plain", false);
        byte[] text = new Exposition().answer(figures.now(), request).body();
        new String(text, StandardCharsets.UTF_8).lines().forEach(this::read);
    }

    boolean isExplained(String family) {
        return explained.contains(family);
    }

    private void read(String line) {
        Matcher type = TYPE.matcher(line);
        Matcher help = HELP.matcher(line);
        Matcher sample = SAMPLE.matcher(line);
        if (type.matches()) {
            types.put(type.group(1), type.group(2));
        } else if (help.matches()) {
            explained.add(help.group(1));
        } else if (sample.matches()) {
            Set<String> its = labels.computeIfAbsent(sample.group(1), name -> new TreeSet<>());
            if (sample.group(2) != null) {
                LABEL.matcher(sample.group(2)).results().forEach(label -> its.add(label.group(1)));
            }
        }
    }

    /** The labels of a family; without those that its type brings. */
    Set<String> labelsOf(String family) {
        Set<String> own = new TreeSet<>();
        for (String ending : new String[] {"", "_bucket", "_count", "_sum"}) {
            own.addAll(labels.getOrDefault(family + ending, Set.of()));
        }
        own.remove("le");
        return own;
    }
}
