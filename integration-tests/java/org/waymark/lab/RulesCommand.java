package org.waymark.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The script that {@code waymark rules} prints for a setup, and the gateway that it is run on. */
public final class RulesCommand {
    private final Lab lab;
    private final Setup setup;
    private final List<String> options;
    private String script;

    /**
     * @param setup how Waymark is set up
     * @param options those of the command, with spaces between them
     */
    public RulesCommand(Lab lab, Setup setup, String options) {
        this.lab = lab;
        this.setup = setup;
        this.options = List.of(options.split(" "));
    }

    /** Removes all rules of the gateway, and all connections that it knows. */
    public static void removeAll(Lab lab) {
        lab.shell(Host.GATEWAY, "nft flush ruleset; conntrack -F 2>/dev/null");
    }

    /** Runs the script twice on the gateway; the second time must change nothing. */
    public void load() {
        lab.shell(Host.GATEWAY, script());
        String once = state();
        lab.shell(Host.GATEWAY, script());
        if (!once.equals(state())) {
            throw new AssertionError("loading again has changed\n" + once + "to\n" + state());
        }
    }

    /** Runs the command with one more option. */
    public Lab.Outcome check() {
        return run("--check");
    }

    /** Does the same without any capabilities. */
    public Lab.Outcome checkWithoutRights() {
        return run(List.of("setpriv", "--bounding-set=-all", "--inh-caps=-all"), "--check");
    }

    /** Returns the script. */
    public String script() {
        if (script == null) {
            script = run().orFail();
        }
        return script;
    }

    private Lab.Outcome run(String... more) {
        return run(List.of(), more);
    }

    private Lab.Outcome run(List<String> prefix, String... more) {
        Path file = Forwarders.write(setup.toml());
        try {
            List<String> command = new ArrayList<>(prefix);
            command.addAll(List.of(Forwarders.LAUNCHER, "rules", "--config", file.toString()));
            command.addAll(options);
            command.addAll(List.of(more));
            return lab.exec(Host.GATEWAY, command.toArray(String[]::new));
        } finally {
            file.toFile().delete();
        }
    }

    private String state() {
        return lab.exec(Host.GATEWAY, "sh", "-c", """
                        nft -s list ruleset 2>/dev/null
                        for v in 4 6; do
                            ip -$v rule
                            ip -$v route show table all | grep 'proto 87'
                        done
                        """).output();
    }
}
