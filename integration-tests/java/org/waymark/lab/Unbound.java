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
    private final InetSocketAddress address;
    private final Process process;
    private final Path configuration;

    private Unbound(InetSocketAddress address, Process process, Path configuration) {
        this.address = address;
        this.process = process;
        this.configuration = configuration;
    }

    /** Starts it with these records below {@code example.}, and waits until it listens. */
    public static Unbound start(Lab lab, InetSocketAddress address, String... records) {
        return start(lab, address, "", records);
    }

    /** The same for one that also takes queries over TLS, at the usual port. */
    public static Unbound startWithTls(
            Lab lab, InetSocketAddress address, Certificates.Identity identity, String... records) {
        String tls = """
                  interface: %s@853
                  tls-port: 853
                  tls-service-pem: "%s"
                  tls-service-key: "%s"
                """.formatted(address.getAddress().getHostAddress(), identity.certificate(), identity.key());
        return start(lab, address, tls, records);
    }

    private static Unbound start(Lab lab, InetSocketAddress address, String settings, String... records) {
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
                    %s%sremote-control:
                      control-enable: no
                    """.formatted(address.getAddress().getHostAddress(), settings, data));
            Process process = lab.command(Host.UPSTREAM, "unbound", "-d", "-c", file.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            Unbound unbound = new Unbound(address, process, file);
            Waiting.until(
                    Duration.ofSeconds(10),
                    "unbound listens",
                    () -> lab.in(Host.UPSTREAM, () -> ForwarderProcess.listens(address)));
            return unbound;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where it takes queries in clear text. */
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public void close() {
        process.destroy();
        configuration.toFile().delete();
    }
}
