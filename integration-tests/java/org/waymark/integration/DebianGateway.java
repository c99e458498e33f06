package org.waymark.integration;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.waymark.lab.BootedDebian;
import org.waymark.lab.Family;
import org.waymark.lab.Lab;
import org.waymark.lab.Lab.Outcome;
import org.waymark.lab.Message;
import org.waymark.lab.Query;
import org.waymark.lab.StubServer;
import org.waymark.lab.UdpClient;
import org.waymark.lab.Waiting;

/**
 * A booted Debian between a client and a server, with the rules that mark client 137, and the package of Waymark that the build has left in
 * /srv. The resolv.conf names the server, as a provider's does.
 */
final class DebianGateway implements AutoCloseable {
    /** Where the package is. */
    static final String PACKAGE = "/srv/waymark.deb";

    /** Starts systemd-resolved, which asks the server, in the place that its package gives it. */
    static final String SYSTEMD_RESOLVED = """
            ln -sf ../run/systemd/resolve/stub-resolv.conf /etc/resolv.conf
            mkdir -p /etc/systemd/resolved.conf.d
            printf '[Resolve]\\nDNS=10.99.0.53\\n' > /etc/systemd/resolved.conf.d/provider.conf
            systemctl enable --now systemd-resolved
            """;

    private static final AtomicInteger NAMES = new AtomicInteger();

    private final BootedDebian debian;
    private final StubServer stub;

    private DebianGateway(BootedDebian debian) {
        this.debian = debian;
        this.stub = StubServer.on(debian.lab(), Family.IPV4.upstream(53), Family.IPV4.upstream(54));
    }

    /** Boots a release; the package is not installed. */
    static DebianGateway boot(BootedDebian.Release release) {
        DebianGateway gateway = new DebianGateway(BootedDebian.boot(release));
        gateway.lab().rules();
        bringPackage(gateway.debian, PACKAGE);
        gateway.nameServer("10.99.0.53");
        return gateway;
    }

    /** Boots a release, and installs the package. */
    static DebianGateway withWaymark(BootedDebian.Release release) {
        DebianGateway gateway = boot(release);
        try {
            gateway.install(PACKAGE).orFail();
            gateway.awaitAnswer();
            return gateway;
        } catch (Throwable e) {
            gateway.close();
            throw e;
        }
    }

    BootedDebian debian() {
        return debian;
    }

    Lab lab() {
        return debian.lab();
    }

    StubServer stub() {
        return stub;
    }

    /** Writes the resolv.conf. */
    void nameServer(String address) {
        debian.write("/etc/resolv.conf", "nameserver " + address + "\n");
    }

    /** Installs packages, as a user does. */
    Outcome install(String... packages) {
        return apt("install", packages);
    }

    /** Runs apt-get without asking anybody. */
    Outcome apt(String verb, String... packages) {
        return debian.exec(Stream.concat(Stream.of("apt-get", "-q", "-y", verb), Stream.of(packages))
                .toArray(String[]::new));
    }

    /**
     * Makes a package that differs in nothing but its version from the one that is built.
     *
     * @return where it is
     */
    String packageOfVersion(String version) {
        String path = "/srv/waymark-" + version + ".deb";
        debian.shell("""
                rm -rf /tmp/package
                dpkg-deb -R %s /tmp/package
                sed -i 's/^Version: .*/Version: %s/' /tmp/package/DEBIAN/control
                dpkg-deb -Znone -b /tmp/package %s
                rm -r /tmp/package
                """.formatted(PACKAGE, version, path));
        return path;
    }

    /** Writes the configuration, and says so to a running Waymark. */
    Outcome configure(String toml) {
        debian.write("/etc/waymark/waymark.toml", toml);
        return debian.exec("systemctl", "reload", "waymark");
    }

    /** The main process of the service, or 0. */
    long pid() {
        return Long.parseLong(debian.property("waymark", "MainPID"));
    }

    /** How client 137 is answered by the gateway; empty if it is not. */
    boolean isAnswered() {
        return isAnsweredAt(Family.IPV4.gateway());
    }

    boolean isAnsweredAt(InetSocketAddress address) {
        byte[] query =
                Query.of("n" + NAMES.incrementAndGet() + ".example", Query.TXT).bytes(1);
        try (UdpClient client = UdpClient.from(lab(), Family.IPV4.client(137))) {
            client.send(query, address);
            return client.receive(Duration.ofSeconds(1))
                    .filter(answer -> Message.rcode(answer.bytes()) == Message.NOERROR)
                    .isPresent();
        }
    }

    /** Waits until client 137 is answered. */
    void awaitAnswer() {
        Waiting.until(Waiting.PATIENCE, "an answer: " + debian.journal("waymark"), this::isAnswered);
    }

    /** Copies the package to where it is installed from. */
    static void bringPackage(BootedDebian debian, String path) {
        debian.copy(built(), path);
    }

    private static Path built() {
        Path target = Path.of(System.getProperty("waymark.home")).getParent();
        try (Stream<Path> files = Files.list(target)) {
            List<Path> packages = files.filter(
                            file -> file.getFileName().toString().matches("waymark_.*\\.deb"))
                    .toList();
            if (packages.size() != 1) {
                throw new AssertionError("one package in " + target + ", but there is: " + packages);
            }
            return packages.get(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try (debian) {
            stub.close();
        }
    }
}
