package org.waymark.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.waymark.lab.Lab.Outcome;

/**
 * A shell on a host of the lab that is given one command after the other, as a person types them. The host has Waymark in /usr/lib/waymark
 * and files of its own: what is written below /etc, /run, /var, /usr/lib and /usr/share/doc is seen only here, and is gone when the terminal is closed.
 */
public final class Terminal implements AutoCloseable {
    /** Puts a layer of its own over the folders that hosts write to, installs Waymark, and becomes the shell. */
    private static final String FURNISH = """
            set -eu
            mount -t tmpfs none "$1"
            for folder in etc run var usr/lib usr/share/doc; do
                mkdir -p "$1/$folder/own" "$1/$folder/work"
                mount -t overlay none -o "lowerdir=/$folder,upperdir=$1/$folder/own,workdir=$1/$folder/work" "/$folder"
            done
            mkdir -p /usr/lib/waymark /usr/share/doc/waymark/examples "$1/root"
            mount --bind "$2" /usr/lib/waymark
            mount --bind "$2/conf" /usr/share/doc/waymark/examples
            cd "$1/root"
            PATH="$3:/usr/lib/waymark/bin:$PATH" exec bash --norc
            """;

    private static final String END = "end-of-output-of-terminal";

    private final Lab lab;
    private final Host host;
    private final Path folder;
    private final Process shell;
    private final BufferedReader output;

    private Terminal(Lab lab, Host host, Path folder, Process shell) {
        this.lab = lab;
        this.host = host;
        this.folder = folder;
        this.shell = shell;
        this.output = shell.inputReader(StandardCharsets.UTF_8);
    }

    /** Whether hosts can have files of their own here; in a chroot whose root is not a mount point they can't. */
    public static boolean isPossible() {
        return Lab.finish(new ProcessBuilder("unshare", "--mount", "--propagation=private", "true"))
                        .status()
                == 0;
    }

    /** Opens a terminal on a host. */
    public static Terminal on(Lab lab, Host host) {
        try {
            Path folder = Files.createTempDirectory("waymark-it");
            String[] words = {
                "unshare",
                "--mount",
                "--propagation=private",
                "bash",
                "-c",
                FURNISH,
                "bash",
                folder.toString(),
                System.getProperty("waymark.home"),
                Path.of(System.getProperty("waymark.lab"))
                        .resolveSibling("services")
                        .toString()
            };
            Process shell = lab.command(host, words).redirectErrorStream(true).start();
            return new Terminal(lab, host, folder, shell);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Opens a terminal of root's on a Debian, in a folder of its own; what is written there stays. */
    public static Terminal on(BootedDebian debian) {
        try {
            Path folder = Files.createTempDirectory("waymark-it");
            Process shell = debian.command("bash", "-c", "cd \"$(mktemp -d)\" && exec bash --norc")
                    .redirectErrorStream(true)
                    .start();
            return new Terminal(debian.lab(), Host.GATEWAY, folder, shell);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Runs a command and waits for its end; one that ends in an ampersand goes on, and has begun to listen to the kernel's events when
     * this returns. The output has what it complains of at the end.
     */
    public Outcome run(String command) {
        boolean goesOn = command.endsWith("&");
        int listeners = goesOn ? listeners() : 0;
        Outcome outcome = finish(command);
        if (goesOn) {
            Waiting.until(Waiting.PATIENCE, command + " listens", () -> listeners() > listeners);
        }
        return outcome;
    }

    /** Runs a command again and again until its outcome is right, but not for longer than this, and returns the last outcome. */
    public Outcome look(String command, Duration patience, Predicate<Outcome> right) {
        long deadline = System.nanoTime() + patience.toNanos();
        Outcome outcome = finish(command);
        while (!right.test(outcome) && System.nanoTime() < deadline) {
            Waiting.briefly();
            outcome = finish(command);
        }
        return outcome;
    }

    /** Writes a file, with the folders above it. */
    public void write(String path, String text) {
        finish("mkdir -p '" + Path.of(path).getParent() + "' && cat > '" + path + "' <<'" + END + "'\n" + text + END)
                .orFail();
    }

    @Override
    public void close() {
        shell.descendants().forEach(ProcessHandle::destroyForcibly);
        shell.destroyForcibly();
        try {
            shell.waitFor();
            Files.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The end of the output is on a line of its own, whether or not the output ends a line. */
    private Outcome finish(String command) {
        try {
            String script = "{ " + command + "\n} < /dev/null 2> errors\nstatus=$?; cat errors; printf '\\n" + END
                    + " %s\\n' $status\n";
            shell.getOutputStream().write(script.getBytes(StandardCharsets.UTF_8));
            shell.getOutputStream().flush();
            StringBuilder text = new StringBuilder();
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.startsWith(END)) {
                    int status = Integer.parseInt(line.substring(END.length() + 1));
                    String shown = text.substring(0, Math.max(0, text.length() - 1));
                    return new Outcome(List.of(command), status, shown, shown);
                }
                text.append(line).append('\n');
            }
            throw new IllegalStateException("the shell has ended: " + text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many sockets receive events of netfilter (protocol 12, with groups). */
    private int listeners() {
        return (int) lab.exec(host, "cat", "/proc/net/netlink")
                .orFail()
                .lines()
                .map(line -> line.trim().split("\\s+"))
                .filter(words -> words[1].equals("12") && !words[3].equals("00000000"))
                .count();
    }
}
