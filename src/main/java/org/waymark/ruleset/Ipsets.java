package org.waymark.ruleset;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.waymark.programs.HostProgram;

/** The sets of ipset, which rules of iptables refer to by name. */
final class Ipsets {
    private final Map<String, String> types = new HashMap<>();
    private final Map<String, List<String>> elements = new HashMap<>();

    /** Takes apart what {@code ipset save} has written. Exceptions in a set are left out: it then seems to have more in it, never less. */
    Ipsets(String saved) {
        for (String line : saved.lines().toList()) {
            String[] words = line.split(" ");
            if (words[0].equals("create")) {
                types.put(words[1], words[2]);
                elements.put(words[1], new ArrayList<>());
            } else if (words[0].equals("add") && !line.endsWith(" nomatch")) {
                elements.get(words[1]).add(words[2].toLowerCase(Locale.ROOT));
            }
        }
    }

    static Ipsets read() {
        return new Ipsets(
                HostProgram.run("ipset", "save").map(HostProgram.Result::output).orElse(""));
    }

    /** What {@code --match-set NAME src} asks for, if it is one address. */
    Optional<Condition> condition(IptablesRule.Option matchSet) {
        String name = matchSet.value();
        String side = matchSet.values().get(1);
        String type = types.getOrDefault(name, "").replaceFirst(".*:", "");
        return Optional.ofNullable(
                        switch (type + " " + side) {
                            case "ip src", "net src" -> Field.SOURCE;
                            case "ip dst", "net dst" -> Field.DESTINATION;
                            case "mac src" -> Field.SOURCE_MAC;
                            default -> null;
                        })
                .map(field -> new Condition(field, matchSet.negated(), elements.get(name)));
    }
}
