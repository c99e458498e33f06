package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.waymark.lab.Waiting;
import org.waymark.linux.LinuxException;
import org.waymark.linux.NetworkNamespace;
import org.waymark.metrics.Count;
import org.waymark.sets.Addition;
import org.waymark.sets.AddressSets;
import org.waymark.sets.SetName;

/** Sets of nft in a network namespace of their own, and what Waymark does with them there. */
final class SetsLab implements AutoCloseable {
    static final SetName OPEN = SetName.parse("inet#garden#open");
    static final int MARK = 137;

    private final NetworkNamespace namespace;
    private final AddressSets sets;

    /** An answer that was held, and how long that took. */
    record Held(boolean there, long nanos) {}

    private final boolean first;

    private SetsLab(NetworkNamespace namespace, AddressSets sets, boolean first) {
        this.namespace = namespace;
        this.sets = sets;
        this.first = first;
    }

    /** A namespace with the set {@link #OPEN} of this type. */
    static SetsLab open(String type) throws LinuxException {
        SetsLab lab = empty();
        lab.nft("add table inet garden; add set inet garden open { type " + type + "; flags timeout; }");
        return lab;
    }

    /** A namespace without any table. */
    static SetsLab empty() throws LinuxException {
        NetworkNamespace namespace = NetworkNamespace.open();
        return new SetsLab(namespace, namespace.in(AddressSets::open), true);
    }

    /** Another process in the same namespace. */
    SetsLab next() throws LinuxException {
        return new SetsLab(namespace, namespace.in(AddressSets::open), false);
    }

    NetworkNamespace namespace() {
        return namespace;
    }

    AddressSets sets() {
        return sets;
    }

    /** Does what this script of nft says, and returns what it prints. */
    String nft(String script) throws LinuxException {
        return run("nft", script);
    }

    String run(String... command) throws LinuxException {
        return namespace.in(() -> {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, process.waitFor(), output);
            return output;
        });
    }

    /** Starts this program in the namespace. */
    Process start(String... command) throws LinuxException {
        return namespace.in(
                () -> new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    /** What nft shows of the set. */
    String listed() throws LinuxException {
        return nft("list set inet garden open");
    }

    /** The same, for conditions and messages. */
    String listedOrNothing() {
        try {
            return listed();
        } catch (LinuxException e) {
            return e.getMessage();
        }
    }

    String nftOrFail(String script) {
        try {
            return nft(script);
        } catch (LinuxException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Why the set takes no addresses; empty if it does. */
    String problem() throws LinuxException {
        return namespace.in(() -> AddressSets.problem(OPEN).orElse(""));
    }

    /** Gives the shell the command that is told as the cure. */
    void cure() throws LinuxException {
        Matcher command = Pattern.compile("nft '[^']*'").matcher(problem());
        assertTrue(command.find(), problem());
        run("sh", "-c", command.group());
    }

    /** How many elements the set has. */
    int size() throws LinuxException {
        return listed().split("expires|timeout 1d", -1).length - 1;
    }

    /** Adds addresses, and waits until the answer may leave or is refused. */
    Held add(int ttlSeconds, String... addresses) {
        long start = System.nanoTime();
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        if (sets.add(addition(ttlSeconds, addresses), done::complete)) {
            return new Held(true, System.nanoTime() - start);
        }
        boolean there = done.orTimeout(60, TimeUnit.SECONDS).join();
        return new Held(there, System.nanoTime() - start);
    }

    /** Adds addresses, as often as it takes. */
    void addInTheEnd(int ttlSeconds, String... addresses) {
        Waiting.until(Waiting.PATIENCE, "the addresses are there", () -> add(ttlSeconds, addresses)
                .there());
    }

    /**
     * Waits until what others have done to the set so far, such as to make it, is known: news comes in order, and this makes one more.
     *
     * @param address of type ipv4_addr, in the set; it is there again then
     */
    void settle(String address) throws LinuxException {
        long before = sets.counters().get(Count.SETS_REFILLED);
        nft("delete element inet garden open { " + address + " }");
        Waiting.until(
                Waiting.PATIENCE,
                "what was deleted is there again",
                () -> sets.counters().get(Count.SETS_REFILLED) > before);
    }

    /** Whether all addresses are there already, for as long as the answer lasts. */
    boolean isThere(int ttlSeconds, String... addresses) {
        return sets.add(addition(ttlSeconds, addresses), there -> {});
    }

    static Addition addition(int ttlSeconds, String... addresses) {
        List<InetAddress> all = new ArrayList<>();
        for (String address : addresses) {
            all.add(address(address));
        }
        return new Addition(List.of(OPEN), MARK, all, ttlSeconds);
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (IOException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** So many different IPv4 addresses. */
    static String[] addresses(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> ByteBuffer.allocate(Integer.BYTES)
                        .putInt(0xc6120000 + i)
                        .array())
                .map(b -> (b[0] & 255) + "." + (b[1] & 255) + "." + (b[2] & 255) + "." + (b[3] & 255))
                .toArray(String[]::new);
    }

    @Override
    public void close() {
        sets.close();
        if (first) {
            namespace.close();
        }
    }
}
