package org.waymark.lab;

import java.net.InetSocketAddress;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A real server upstream, for what a scripted one could get wrong in the same way as the test. */
public final class Unbound implements AutoCloseable {
    private final InetSocketAddress address;
    private final ServerProcess process;

    private Unbound(InetSocketAddress address, ServerProcess process) {
        this.address = address;
        this.process = process;
    }

    /** Starts it with these records below {@code example.}, and waits until it listens. */
    public static Unbound start(Lab lab, InetSocketAddress address, String... records) {
        return startWith(lab, address, "", records);
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
        return startWith(lab, address, tls, records);
    }

    /** Starts it with this address for every name, and waits until it listens. */
    public static Unbound startForAnyName(Lab lab, InetSocketAddress address, String ipv4) {
        return startWith(lab, address, """
                  local-zone: "." redirect
                  local-data: ". A %s"
                """.formatted(ipv4));
    }

    private static Unbound startWith(Lab lab, InetSocketAddress address, String settings, String... records) {
        String data = Stream.of(records)
                .map(record -> "  local-data: '" + record + "'\n")
                .collect(Collectors.joining());
        String configuration = """
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
                """.formatted(address.getAddress().getHostAddress(), settings, data);
        ServerProcess process = ServerProcess.start(
                lab,
                configuration,
                () -> lab.in(Host.UPSTREAM, () -> ForwarderProcess.listens(address)),
                "unbound",
                "-d",
                "-c");
        return new Unbound(address, process);
    }

    /** Where it takes queries in clear text. */
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public void close() {
        process.close();
    }
}
