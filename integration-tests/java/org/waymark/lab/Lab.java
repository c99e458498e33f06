package org.waymark.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The network of {@code integration-tests/lab} under a name of its own: clients, gateway and upstream servers. Closing it, or the end
 * of the JVM, removes it with everything that runs in it.
 */
public final class Lab implements AutoCloseable {
    private static final AtomicInteger COUNTER = new AtomicInteger();

    private final String script = System.getProperty("waymark.lab");
    private final String name = "wm" + ProcessHandle.current().pid() + "x" + COUNTER.incrementAndGet();
    private final Thread hook = new Thread(() -> lab("down"));

    private Lab() {
        Runtime.getRuntime().addShutdownHook(hook);
        lab("up").orFail();
    }

    /** What the names of its namespaces begin with. */
    String name() {
        return name;
    }

    /** Makes the network and loads the recipe, which marks client 137. */
    public static Lab up() {
        Lab lab = new Lab();
        lab.rules();
        return lab;
    }

    /** Makes the network, whose gateway has no rules. */
    public static Lab withoutRules() {
        return new Lab();
    }

    /**
     * Loads the recipe afresh, in place of all rules, and forgets all connections.
     *
     * @param options {@code --nft}: from the nft file; {@code --many}: the clients 101 to 132 are marked too; {@code --no-output}: without
     *     the rule for packets that the gateway sends
     */
    public void rules(String... options) {
        lab("rules", options).orFail();
        exec(Host.GATEWAY, "conntrack", "-F").orFail();
    }

    /** Redirects port 53 of every address to a port of the gateway, until rules are loaded again. */
    public void redirect(int port) {
        lab("redirect", Integer.toString(port)).orFail();
    }

    /** Whether sockets that the gateway accepts take over the mark of their connection's first packet. */
    public void acceptMarks(boolean accept) {
        shell(Host.GATEWAY, "echo " + (accept ? 1 : 0) + " > /proc/sys/net/ipv4/tcp_fwmark_accept");
    }

    /** Makes the client host a router with one more host behind it, whose default route it is. */
    public void addHostBehindClient() {
        lab("behind").orFail();
    }

    /** Adds a second link, wan2, from the gateway to the servers; no route leads over it yet. */
    public void addSecondLink() {
        lab("link").orFail();
    }

    /** Adds the second link, as {@link #addSecondLink} does, and routes what has this mark over it. */
    public void routeOverSecondLink(int mark) {
        addSecondLink();
        shell(Host.GATEWAY, """
                ip rule add fwmark %1$d table 100
                ip route add default via 10.98.0.53 dev wan2 src 10.98.0.1 table 100
                ip -6 rule add fwmark %1$d table 100
                ip -6 route add default via 2001:db8:98::53 dev wan2 src 2001:db8:98::1 table 100
                """.formatted(mark));
    }

    /** Adds a second network of clients, lan2, with the same addresses as the first; no route leads there yet. */
    public void addTwin() {
        lab("twin").orFail();
    }

    /** Runs a command on a host and waits for its end. */
    public Outcome exec(Host host, String... command) {
        return finish(command(host, command));
    }

    /** Runs a script of the shell on a host; it ends at the first command that fails. */
    public void shell(Host host, String script) {
        exec(host, "sh", "-ec", script).orFail();
    }

    /** Adds rules of nft, as a file has them, to those of a host. */
    public void loadNft(Host host, String rules) {
        try {
            Path file = Files.writeString(Files.createTempFile("waymark-it", ".nft"), rules);
            try {
                exec(host, "nft", "-f", file.toString()).orFail();
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Runs a command on a client whose /etc/resolv.conf names the gateway's first address of each family. It needs a root
     * directory that is a mount point, which that of a chroot need not be.
     */
    public Outcome execWithResolver(String... command) {
        List<String> words = new ArrayList<>(List.of("ip", "netns", "exec", Host.CLIENT.namespace(name)));
        words.addAll(List.of(command));
        return finish(new ProcessBuilder(words));
    }

    /** A command that runs on a host, not started yet. */
    public ProcessBuilder command(Host host, String... command) {
        List<String> words = new ArrayList<>(List.of("nsenter", "--net=/run/netns/" + host.namespace(name)));
        words.addAll(List.of(command));
        return new ProcessBuilder(words);
    }

    /** Does a piece of work on a host: the sockets that it opens are that host's from then on. */
    public <T> T in(Host host, Callable<T> work) {
        return Namespaces.in(host.namespace(name), work);
    }

    /** Whether the gateway has a socket that is connected to the first server. */
    public boolean isConnectedToServer() {
        return exec(Host.GATEWAY, "ss", "-Htuan", "dst", "10.99.0.53")
                .orFail()
                .lines()
                .anyMatch(line -> line.contains("ESTAB"));
    }

    /** The connections that the gateway's kernel knows. */
    public Conntrack conntrack() {
        return Conntrack.of(this);
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(hook);
        lab("down").orFail();
    }

    private Outcome lab(String verb, String... options) {
        List<String> words = new ArrayList<>(List.of(script, verb, name));
        words.addAll(List.of(options));
        return finish(new ProcessBuilder(words));
    }

    static Outcome finish(ProcessBuilder builder) {
        try {
            Path errors = Files.createTempFile("waymark-it", ".err");
            try {
                Process process = builder.redirectError(errors.toFile()).start();
                process.getOutputStream().close();
                byte[] output = process.getInputStream().readAllBytes();
                return new Outcome(
                        builder.command(),
                        process.waitFor(),
                        new String(output, StandardCharsets.UTF_8),
                        Files.readString(errors));
            } finally {
                Files.delete(errors);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CompletionException(e);
        }
    }

    /** How a command ended. */
    public record Outcome(List<String> command, int status, String output, String errors) {
        /** Returns the output of a command that succeeded, or throws what it complained of. */
        public String orFail() {
            if (status != 0) {
                throw new IllegalStateException(String.join(" ", command) + ": status " + status + ": " + errors);
            }
            return output;
        }
    }
}
