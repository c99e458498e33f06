package org.waymark.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A real server upstream, for what a scripted one could get wrong in the same way as the test. */
public final class Unbound implements AutoCloseable {
    private final Process process;
    private final Path configuration;

    private Unbound(Process process, Path configuration) {
        this.process = process;
        this.configuration = configuration;
    }

    /** Starts it with these records below {@code example.}, and waits until it listens. */
    public static Unbound start(Lab lab, InetSocketAddress address, String... records) {
        String data = Stream.of(records)
                .map(record -> "  local-data: '" + record + "'\n")
                .collect(Collectors.joining());
        try {
            Path file = Files.createTempFile("waymark-it", ".conf");
            Files.writeString(file, """
                    server:
                      interface: %s
                      access-control: 0.0.0.0/0 allow
                      chroot: ""
                      username: ""
                      directory: "/"
                      pidfile: ""
                      use-syslog: no
                      local-zone: "example." static
                    %sremote-control:
                      control-enable: no
                    """.formatted(address.getAddress().getHostAddress(), data));
            Process process = lab.command(Host.UPSTREAM, "unbound", "-d", "-c", file.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            Unbound unbound = new Unbound(process, file);
            Waiting.until(
                    Duration.ofSeconds(10),
                    "unbound listens",
                    () -> lab.in(Host.UPSTREAM, () -> ForwarderProcess.listens(address)));
            return unbound;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
        configuration.toFile().delete();
    }
}
