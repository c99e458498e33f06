package org.waymark.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The forwarders that the tests start on the gateway. */
public enum Forwarders {
    /** The program under test, from the distribution that the build has left. */
    WAYMARK {
        @Override
        public Forwarder start(Lab lab, Setup setup) {
            Path file = write(setup.toml());
            return ForwarderProcess.start(lab, setup, List.of(LAUNCHER, "run", "--config", file.toString()), file);
        }
    },
    /** dnsmasq with --conntrack, whose known faults the tests must find. */
    DNSMASQ {
        @Override
        public Forwarder start(Lab lab, Setup setup) {
            List<String> command = new ArrayList<>(List.of(
                    "dnsmasq",
                    "--keep-in-foreground",
                    "--conf-file=/dev/null",
                    "--pid-file",
                    "--user=root",
                    "--log-facility=-",
                    "--no-resolv",
                    "--no-hosts",
                    "--cache-size=0",
                    "--dns-forward-max=10000",
                    "--conntrack"));
            setup.listen()
                    .forEach(address -> command.add(
                            "--listen-address=" + address.getAddress().getHostAddress()));
            if (!setup.listen().isEmpty()) {
                command.add("--bind-interfaces");
            }
            setup.servers()
                    .forEach(server -> command.add(
                            "--server=" + server.replaceAll("[\\[\\]]", "").replaceFirst(":53$", "#53")));
            return ForwarderProcess.start(lab, setup, command);
        }
    };

    /** The launcher of the distribution. */
    public static final String LAUNCHER = System.getProperty("waymark.home") + "/bin/waymark";

    /** Starts the forwarder and waits until it listens. */
    public abstract Forwarder start(Lab lab, Setup setup);

    /** Writes a configuration file that the caller deletes. */
    public static Path write(String toml) {
        try {
            return Files.writeString(Files.createTempFile("waymark-it", ".toml"), toml);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
