package org.waymark.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.waymark.lab.Lab.Outcome;

/**
 * A Debian in the place of a lab's gateway, whose systemd runs as process 1: what {@code integration-tests/debian run} boots. It has the
 * gateway's links and a Java runtime, and no Waymark. Its files are its own, in memory. Closing it, or the end of the JVM however it
 * comes, removes it and its lab with everything that runs there.
 */
public final class BootedDebian implements AutoCloseable {
    private static final Duration BOOT = Duration.ofMinutes(2);

    /** The releases that are tested. */
    public enum Release {
        BOOKWORM("Debian 12"),
        TRIXIE("Debian 13");

        private final String title;

        Release(String title) {
            this.title = title;
        }

        @Override
        public String toString() {
            return title;
        }
    }

    private final Lab lab = Lab.withoutRules();
    private final Path errors;
    private final Process keeper;
    private final BufferedReader systemds;
    private String systemd;

    private BootedDebian(Release release) throws IOException {
        errors = Files.createTempFile("waymark-it", ".err");
        String script = Path.of(System.getProperty("waymark.lab"))
                .resolveSibling("debian")
                .toString();
        keeper = new ProcessBuilder(script, "run", lab.name(), release.name().toLowerCase(Locale.ROOT))
                .redirectError(errors.toFile())
                .start();
        systemds = keeper.inputReader(StandardCharsets.UTF_8);
    }

    /**
     * Boots a release, and waits until everything that it starts has started.
     *
     * @throws AssertionError that says why this machine can't, or what has not started
     */
    public static BootedDebian boot(Release release) {
        try {
            BootedDebian debian = new BootedDebian(release);
            try {
                debian.boot();
            } catch (Throwable e) {
                debian.close();
                throw e;
            }
            return debian;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The network around it: its links, clients and servers. */
    public Lab lab() {
        return lab;
    }

    /** Loses its power, and boots again with the files that it has; returns when systemd takes commands, which is early. */
    public void losePowerAndBoot() {
        start();
    }

    /** Runs a command as root and waits for its end. */
    public Outcome exec(String... command) {
        return Lab.finish(command(command));
    }

    /** Runs a script of the shell as root, which ends at the first command that fails, and returns what it prints. */
    public String shell(String script) {
        return exec("sh", "-ec", script).orFail();
    }

    /** A command of root's, not started yet. */
    public ProcessBuilder command(String... command) {
        List<String> words = new ArrayList<>(List.of(
                "nsenter", "--target=" + systemd, "--mount", "--uts", "--ipc", "--net", "--pid", "--cgroup", "--"));
        words.addAll(List.of(
                "env",
                "-i",
                "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                "HOME=/root",
                "LANG=C.UTF-8",
                "TERM=dumb",
                "DEBIAN_FRONTEND=noninteractive"));
        words.addAll(List.of(command));
        return new ProcessBuilder(words);
    }

    /** Writes a file, with the folders above it. */
    public void write(String path, String text) {
        try {
            Path file = Files.writeString(Files.createTempFile("waymark-it", ".txt"), text);
            copy(file, path);
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Copies a file of the machine's. */
    public void copy(Path from, String to) {
        Lab.finish(command("sh", "-ec", "mkdir -p \"$(dirname \"$0\")\"; cat > \"$0\"", to)
                        .redirectInput(from.toFile()))
                .orFail();
    }

    /** What the journal has of a unit since this boot, each line without what systemd puts before it. */
    public String journal(String unit) {
        return exec("journalctl", "-b", "-u", unit, "-o", "cat", "--no-pager").output();
    }

    /** A property of a unit, as {@code systemctl show} says it. */
    public String property(String unit, String name) {
        return exec("systemctl", "show", "--value", "--property=" + name, unit)
                .orFail()
                .strip();
    }

    private void boot() {
        start();
        Waiting.until(BOOT, "systemd has started everything", () -> !state().matches("|offline|initializing|starting"));
        if (!state().equals("running")) {
            throw new AssertionError(exec("systemctl", "--no-pager", "--failed").output());
        }
    }

    private String state() {
        return exec("systemctl", "is-system-running", "--wait").output().strip();
    }

    private void start() {
        try {
            keeper.outputWriter().append('\n').flush();
            systemd = systemds.readLine();
            if (systemd == null) {
                throw new AssertionError("no Debian here: " + Files.readString(errors));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try (lab) {
            keeper.getOutputStream().close();
            keeper.waitFor();
            Files.delete(errors);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
