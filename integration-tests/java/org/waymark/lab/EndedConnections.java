package org.waymark.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Listens to what the gateway's kernel reports of connections that end, with their bytes and their mark, as accounting programs do. */
public final class EndedConnections implements AutoCloseable {
    private static final Pattern EVENT =
            Pattern.compile("(?m)^.*\\[DESTROY] (\\w+) .* src=\\S+ dst=(\\S+) sport=(\\d+) dport=(\\d+)"
                    + " packets=\\d+ bytes=(\\d+) .*packets=\\d+ bytes=(\\d+)(?: \\[\\w+])*(?: mark=(\\d+))?");
    private static final Duration SOON = Waiting.PATIENCE;

    private final Lab lab;
    private final Process conntrack;
    private final Path events;
    private int madeUp;

    /** A connection that has ended: the bytes of its packets out and back. */
    public record Ended(String protocol, int port, InetSocketAddress destination, long out, long back, long mark) {}

    private EndedConnections(Lab lab, Process conntrack, Path events) {
        this.lab = lab;
        this.conntrack = conntrack;
        this.events = events;
    }

    /** Has the kernel count bytes, and listens from now on. */
    public static EndedConnections on(Lab lab) {
        lab.shell(Host.GATEWAY, "echo 1 > /proc/sys/net/netfilter/nf_conntrack_acct");
        try {
            Path events = Files.createTempFile("waymark-it", ".events");
            Process conntrack = lab.command(Host.GATEWAY, "conntrack", "-E", "-e", "DESTROY")
                    .redirectOutput(events.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            EndedConnections listening = new EndedConnections(lab, conntrack, events);
            Waiting.until(SOON, "events come", () -> listening.tellsOf(listening.endOne()));
            return listening;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes up a connection and ends it; returns its port. */
    private int endOne() {
        int port = ++madeUp;
        String connection = "-p udp -s 192.0.2.1 -d 192.0.2.2 --sport 7 --dport " + port;
        lab.shell(Host.GATEWAY, "conntrack -I -t 60 " + connection + "; conntrack -D " + connection);
        return port;
    }

    private boolean tellsOf(int port) {
        return read().contains("src=192.0.2.1 dst=192.0.2.2 sport=7 dport=" + port + " ");
    }

    /** The connections to a server that have ended so far. Events come in their order, so all are there when that of a later one is. */
    public List<Ended> to(InetSocketAddress server) {
        int last = endOne();
        Waiting.until(SOON, "the last event has come", () -> tellsOf(last));
        return EVENT.matcher(read())
                .results()
                .map(EndedConnections::ended)
                .filter(ended -> ended.destination.equals(server))
                .toList();
    }

    private static Ended ended(MatchResult event) {
        return new Ended(
                event.group(1),
                Integer.parseInt(event.group(3)),
                new InetSocketAddress(Family.address(event.group(2)), Integer.parseInt(event.group(4))),
                Long.parseLong(event.group(5)),
                Long.parseLong(event.group(6)),
                event.group(7) == null ? 0 : Long.parseLong(event.group(7)));
    }

    private String read() {
        try {
            return Files.readString(events);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        conntrack.destroy();
        try {
            conntrack.waitFor();
            Files.delete(events);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CompletionException(e);
        }
    }
}
