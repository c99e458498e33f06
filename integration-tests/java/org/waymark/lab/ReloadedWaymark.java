package org.waymark.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.waymark.control.ControlClient;
import org.waymark.control.ControlException;

/** A Waymark on the gateway with a configuration file that changes while it runs, and a control socket. */
public final class ReloadedWaymark implements AutoCloseable {
    private final Path folder;
    private final Forwarder forwarder;

    private ReloadedWaymark(Path folder, Forwarder forwarder) {
        this.folder = folder;
        this.forwarder = forwarder;
    }

    /** Starts it and waits until its start is complete. */
    public static ReloadedWaymark start(Lab lab, Setup setup) {
        return start(lab, setup, Forwarders.LAUNCHER);
    }

    /** Starts it by the launcher of another distribution. */
    public static ReloadedWaymark start(Lab lab, Setup setup, String launcher) {
        try {
            Path folder = Files.createTempDirectory("waymark-it");
            write(folder, text(folder, setup));
            setup.source().prepare(lab);
            List<String> command =
                    List.of(launcher, "run", "--config", file(folder).toString());
            ReloadedWaymark waymark =
                    new ReloadedWaymark(folder, ForwarderProcess.start(lab, setup, "Waymark answers on ", command));
            Waiting.until(Waiting.PATIENCE, "it has its control socket", () -> Files.exists(waymark.socket()));
            return waymark;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path file(Path folder) {
        return folder.resolve("waymark.toml");
    }

    private static String text(Path folder, Setup setup) {
        return setup.with("control", "socket = \"" + folder.resolve("control") + "\"")
                .toml();
    }

    /** In one step, as a good editor does. */
    private static void write(Path folder, String toml) throws IOException {
        Path next = Files.writeString(folder.resolve("next"), toml);
        Files.move(next, file(folder), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Its configuration file. */
    public Path file() {
        return file(folder);
    }

    /** Its control socket. */
    public Path socket() {
        return folder.resolve("control");
    }

    /** Changes the file. */
    public void write(Setup setup) {
        write(text(folder, setup));
    }

    /** Changes the file. */
    public void write(String toml) {
        try {
            write(folder, toml);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Changes the file and reloads. Returns the answer, once the new settings are in force. */
    public Map<String, Object> reload(Setup setup) {
        write(setup);
        try {
            return reload();
        } catch (ControlException e) {
            throw new AssertionError(e.getMessage() + "\n" + forwarder.log(), e);
        }
    }

    /** Reloads. Returns the answer, or throws why nothing has changed. */
    public Map<String, Object> reload() throws ControlException {
        try (ControlClient client = ControlClient.connect(socket())) {
            return client.ask("reload", Map.of());
        }
    }

    /** The process. */
    public Forwarder process() {
        return forwarder;
    }

    /** What it has logged. */
    public String log() {
        return forwarder.log();
    }

    @Override
    public void close() {
        forwarder.close();
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(path -> path.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
