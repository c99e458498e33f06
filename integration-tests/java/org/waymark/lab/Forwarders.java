package org.waymark.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
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
            return startWaymark(lab, setup);
        }
    },
    /** dnsmasq with --conntrack, whose known faults the tests must find. */
    DNSMASQ {
        @Override
        public Forwarder start(Lab lab, Setup setup) {
            return startDnsmasq(lab, setup, "--conntrack");
        }
    },
    /** dnsdist, which carries no marks but is trusted to stand a lot; it asks the first server that its own checks find well. */
    DNSDIST {
        @Override
        public Forwarder start(Lab lab, Setup setup) {
            StringBuilder lua = new StringBuilder("setACL({'0.0.0.0/0', '::/0'})\nsetSecurityPollSuffix('')\n");
            lua.append("setServerPolicy(firstAvailable)\n");
            setup.listenOrWildcard()
                    .forEach(address -> lua.append("addLocal('%s', {maxInFlight=%d})\n".formatted(address, PIPELINED)));
            setup.servers()
                    .forEach(server ->
                            lua.append("newServer({address='%s', maxInFlight=%d})\n".formatted(server, PIPELINED)));
            Path file = write(lua.toString());
            return ForwarderProcess.start(
                    lab, setup, List.of("dnsdist", "--supervised", "--disable-syslog", "-C", file.toString()), file);
        }
    };

    /** A user that nothing else runs as. */
    private static final int OWN_USER = 64_053;

    /** How many queries dnsdist works on at once for a connection, which would be one. */
    private static final int PIPELINED = 100;

    /** The launcher of the distribution. */
    public static final String LAUNCHER = System.getProperty("waymark.home") + "/bin/waymark";

    /** The environment in which the launcher starts Waymark with the whole Java under test, as its users do. */
    public static final String WHOLE_JAVA = "JAVA_HOME=" + System.getProperty("waymark.java");

    /** Starts the forwarder and waits until it listens. */
    public abstract Forwarder start(Lab lab, Setup setup);

    /**
     * Checks what a good forwarder does, and of those that are known not to do it that the test sees it.
     *
     * @throws AssertionError if it is otherwise
     */
    public void expect(boolean good, String what, Forwarders... knownNotTo) {
        if (good == List.of(knownNotTo).contains(this)) {
            throw new AssertionError(this + (good ? " was known not to: " : " does not: ") + what);
        }
    }

    /**
     * Starts Waymark as a user of its own with two capabilities, as its service does; a third one lets it read the build's files wherever
     * they are.
     */
    public static Forwarder startAsItsUser(Lab lab, Setup setup) {
        String capabilities = "-all,+net_admin,+net_bind_service,+dac_read_search";
        return startWaymark(
                lab,
                setup,
                "setpriv",
                "--reuid=" + OWN_USER,
                "--regid=" + OWN_USER,
                "--clear-groups",
                "--inh-caps=" + capabilities,
                "--ambient-caps=" + capabilities,
                "--bounding-set=" + capabilities);
    }

    /**
     * Starts Waymark through other commands before it, on a gateway whose kernel does what its source of marks needs, and waits until
     * its start is complete.
     */
    public static Forwarder startWaymark(Lab lab, Setup setup, String... through) {
        return startWaymarkUntil("Waymark answers on ", lab, setup, through);
    }

    /** Starts Waymark with Java as its users do: its start, its memory and what it can do for long are theirs. */
    public static Forwarder startWithWholeJava(Lab lab, Setup setup) {
        return startWaymark(lab, setup, "env", WHOLE_JAVA);
    }

    /** Starts Waymark through other commands and waits only until it listens, which is some time before its start is complete. */
    public static Forwarder startWaymarkUntilItListens(Lab lab, Setup setup, String... through) {
        return startWaymarkUntil("", lab, setup, through);
    }

    private static Forwarder startWaymarkUntil(String announcement, Lab lab, Setup setup, String... through) {
        setup.source().prepare(lab);
        Path file = write(setup.toml());
        List<String> command = new ArrayList<>(List.of(through));
        command.addAll(List.of(LAUNCHER, "run", "--config", file.toString()));
        return ForwarderProcess.start(lab, setup, announcement, command, file);
    }

    /** Starts dnsmasq with these options besides those that the setup makes; it has one port for all addresses. */
    public static Forwarder startDnsmasq(Lab lab, Setup setup, String... options) {
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
                "--dns-forward-max=10000"));
        setup.listen()
                .forEach(address -> command.addAll(List.of(
                        "--bind-interfaces",
                        "--listen-address=" + address.getAddress().getHostAddress())));
        // It refuses the same option again, and so a setup with several ports, too.
        setup.listen().stream()
                .map(InetSocketAddress::getPort)
                .distinct()
                .forEach(port -> command.add("--port=" + port));
        setup.servers()
                .forEach(server -> command.add(
                        "--server=" + server.replaceAll("[\\[\\]]", "").replaceFirst(":(\\d+)$", "#$1")));
        command.addAll(List.of(options));
        return ForwarderProcess.start(lab, setup, command);
    }

    /** Writes a configuration file that the caller deletes. */
    public static Path write(String text) {
        try {
            return Files.writeString(Files.createTempFile("waymark-it", ".conf"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
