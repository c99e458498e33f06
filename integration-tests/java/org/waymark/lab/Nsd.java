package org.waymark.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** An authoritative server that many use, with zones of the test's own; it can be killed, stopped and started again. */
public final class Nsd implements AutoCloseable {
    /** The name of a TSIG key that it knows, and its secret. */
    public static final String KEY = "hmac-sha256:key.example:c2VjcmV0IHNlY3JldCBzZWNyZXQ=";

    private final Lab lab;
    private final InetSocketAddress address;
    private final Path directory;
    private Process process;

    private Nsd(Lab lab, InetSocketAddress address, Path directory) {
        this.lab = lab;
        this.address = address;
        this.directory = directory;
    }

    /** Starts it with these zones and waits until it listens. */
    public static Nsd start(Lab lab, InetSocketAddress address, List<SampleZone> zones) {
        return start(lab, address, zones.stream().collect(Collectors.toMap(SampleZone::name, SampleZone::text)));
    }

    /**
     * Starts it and waits until it listens.
     *
     * @param zones the text of each zone's file, by name
     */
    public static Nsd start(Lab lab, InetSocketAddress address, Map<String, String> zones) {
        try {
            Nsd nsd = new Nsd(lab, address, Files.createTempDirectory("waymark-it"));
            StringBuilder configuration = new StringBuilder(nsd.server());
            for (Map.Entry<String, String> zone : zones.entrySet()) {
                Path file = nsd.directory.resolve(zone.getKey() + ".zone");
                Files.writeString(file, zone.getValue());
                configuration.append("zone:\n  name: \"%s\"\n  zonefile: \"%s\"\n".formatted(zone.getKey(), file)
                        + "  provide-xfr: 0.0.0.0/0 NOKEY\n  provide-xfr: 0.0.0.0/0 " + KEY.split(":")[1] + "\n");
            }
            Files.writeString(nsd.directory.resolve("nsd.conf"), configuration);
            nsd.start();
            return nsd;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String server() {
        String[] key = KEY.split(":");
        return """
                server:
                  ip-address: %s
                  server-count: 1
                  username: ""
                  zonesdir: "%s"
                  database: ""
                  pidfile: "%s/nsd.pid"
                  xfrdfile: "%s/xfrd.state"
                  xfrdir: "%s"
                  zonelistfile: "%s/zone.list"
                  rrl-ratelimit: 0
                  rrl-whitelist-ratelimit: 0
                  round-robin: no
                  tcp-count: 1000
                remote-control:
                  control-enable: no
                key:
                  name: "%s"
                  algorithm: %s
                  secret: "%s"
                """.formatted(
                        address.getAddress().getHostAddress(),
                        directory,
                        directory,
                        directory,
                        directory,
                        directory,
                        key[1],
                        key[0],
                        key[2]);
    }

    /** Starts it, at first or again, and waits until it listens. */
    public void start() {
        Path log = directory.resolve("log");
        try {
            process = lab.command(Host.UPSTREAM, "nsd", "-d", "-c", directory.resolve("nsd.conf") + "")
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            Waiting.until(Waiting.PATIENCE, "nsd listens", () -> {
                if (!process.isAlive()) {
                    throw new IllegalStateException("nsd: " + read(log));
                }
                return lab.in(Host.UPSTREAM, () -> ForwarderProcess.listens(address));
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.getMessage();
        }
    }

    /** SIGKILL: its host then says that nobody listens. */
    public void kill() {
        List<ProcessHandle> all = processes();
        signal("KILL");
        Waiting.until(Waiting.PATIENCE, "nsd is gone", () -> all.stream().noneMatch(ProcessHandle::isAlive));
    }

    /** SIGSTOP: it is silent. */
    public void pause() {
        signal("STOP");
    }

    /** SIGCONT: it is as it was, and answers what has come meanwhile. */
    public void resume() {
        signal("CONT");
    }

    /** Sends a signal to the server and its children, which do the work. */
    private void signal(String name) {
        StringBuilder command = new StringBuilder("kill -" + name);
        processes().forEach(handle -> command.append(' ').append(handle.pid()));
        // By the shell, which has it built in; not every Debian has the command.
        lab.exec(Host.UPSTREAM, "sh", "-c", command.toString());
    }

    private List<ProcessHandle> processes() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .toList();
    }

    @Override
    public void close() {
        kill();
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
