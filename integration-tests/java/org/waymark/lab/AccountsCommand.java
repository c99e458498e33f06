package org.waymark.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@code waymark accounts} on the gateway, for the configuration of a running Waymark. */
public final class AccountsCommand {
    private final Lab lab;
    private final Setup setup;

    public AccountsCommand(Lab lab, Setup setup) {
        this.lab = lab;
        this.setup = setup;
    }

    /** Runs the command with these options. */
    public Lab.Outcome run(String... options) {
        Path file = Forwarders.write(setup.toml());
        try {
            List<String> command =
                    new ArrayList<>(List.of(Forwarders.LAUNCHER, "accounts", "--config", file.toString()));
            command.addAll(List.of(options));
            return lab.exec(Host.GATEWAY, command.toArray(String[]::new));
        } finally {
            file.toFile().delete();
        }
    }

    /** The values of each line by the names of their columns, for each mark. */
    public Map<String, Map<String, String>> byMark(String... options) {
        List<String> words = new ArrayList<>(List.of(options));
        words.add("--csv");
        List<String> lines = run(words.toArray(String[]::new)).orFail().lines().toList();
        String[] names = lines.get(0).split(",");
        Map<String, Map<String, String>> byMark = new TreeMap<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] values = line.split(",", -1);
            Map<String, String> row = new TreeMap<>();
            for (int i = 0; i < names.length; i++) {
                row.put(names[i], values[i]);
            }
            byMark.put(row.get("mark"), row);
        }
        return byMark;
    }
}
