package org.waymark.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Plays systemd for a Waymark on the gateway: it hears what Waymark says, keeps the descriptors that it leaves, and starts the next process
 * with them (man 3 sd_listen_fds), as systemd does at a restart. The configuration file stays the same, and its contents change.
 */
public final class ServiceManager implements AutoCloseable {
    private static final String READY = "READY=1";

    private final Lab lab;
    private final Path folder;
    private final DescriptorStore store;
    private final List<String> settings = new ArrayList<>();
    private NativeProcess process;

    private ServiceManager(Lab lab) throws IOException {
        this.lab = lab;
        this.folder = Files.createTempDirectory("waymark-it");
        this.store = DescriptorStore.at(folder.resolve("notify"));
    }

    /** Starts Waymark for the first time, and waits until it is ready. */
    public static ServiceManager start(Lab lab, Setup setup) {
        try {
            ServiceManager service = new ServiceManager(lab);
            service.configure(setup);
            service.start();
            return service;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Changes the configuration file, which counts from the next start on, or after a reload. */
    public void configure(Setup setup) {
        setup.source().prepare(lab);
        try {
            Files.writeString(
                    file(),
                    setup.with("control", "socket = \"" + socket() + "\"").toml());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Has the next processes run as if there were so many cores. */
    public void cores(int count) {
        settings.clear();
        settings.add("JDK_JAVA_OPTIONS=-XX:ActiveProcessorCount=" + count);
    }

    private Path file() {
        return folder.resolve("waymark.toml");
    }

    /** The control socket. */
    public Path socket() {
        return folder.resolve("control");
    }

    /** Starts a process with what is stored, and waits until it is ready. */
    public void start() {
        long before = store.count(READY);
        Map<Integer, String> descriptors = store.byDescriptor();
        List<String> environment = new ArrayList<>(settings);
        System.getenv().forEach((name, value) -> environment.add(name + "=" + value));
        environment.add("NOTIFY_SOCKET=" + folder.resolve("notify"));
        environment.add("STATE_DIRECTORY=" + folder.resolve("state"));
        environment.add("LISTEN_FDS=" + descriptors.size());
        environment.add("LISTEN_FDNAMES=" + String.join(":", descriptors.values()));
        List<String> command = lab.command(
                        Host.GATEWAY,
                        "sh",
                        "-c",
                        "LISTEN_PID=$$ exec \"$@\"",
                        "sh",
                        Forwarders.LAUNCHER,
                        "run",
                        "--config",
                        file().toString())
                .command();
        process = NativeProcess.start(command, folder.resolve("log"), environment, List.copyOf(descriptors.keySet()));
        Waiting.until(Waiting.PATIENCE, "it is ready: " + log(), () -> {
            if (!process.isAlive()) {
                throw new IllegalStateException("the service does not start: " + log());
            }
            return store.count(READY) > before;
        });
    }

    /** Has the process end (SIGTERM) and waits for that. */
    public void stop() {
        process.terminate();
        if (process.await() != 0) {
            throw new AssertionError("it has not ended well: " + log());
        }
    }

    /** Has the process end at once (SIGKILL) and waits for that. */
    public void kill() {
        process.kill();
        process.await();
    }

    /** Ends the process and starts the next one. Returns how long nobody could be sure that a query is read: from the signal to READY=1. */
    public Duration restart() {
        long from = System.nanoTime();
        stop();
        start();
        return Duration.ofNanos(System.nanoTime() - from);
    }

    /** How many descriptors are stored, by their names. */
    public Map<String, Integer> stored() {
        return store.stored();
    }

    /** Puts a descriptor of this process into the store, which no Waymark has left there. */
    public void store(String name, int descriptor) {
        store.put(name, descriptor);
    }

    /** The process. */
    public int pid() {
        return process.pid();
    }

    /** What all processes have logged. */
    public String log() {
        try {
            return Files.exists(folder.resolve("log")) ? Files.readString(folder.resolve("log")) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The lines that speak of faults of Waymark's own. */
    public List<String> ownFaults() {
        return log().lines()
                .filter(line -> line.contains("Exception") || line.startsWith("\tat "))
                .collect(Collectors.toList());
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            process.terminate();
            process.await();
        }
        store.close();
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(path -> path.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
