package org.waymark.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.waymark.config.Text.address;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TlsServerTest {
    private static final Path AUTHORITY = Path.of("src", "test", "resources", "authority.pem");

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({
        "tls://192.0.2.53#dns.example, 192.0.2.53, 853, dns.example",
        "tls://192.0.2.53:8853#router, 192.0.2.53, 8853, router",
        "tls://[2001:db8::53]:53#a-1.b2.Example, 2001:db8::53, 53, a-1.b2.Example",
        "tls://2001:db8::53#192.0.2.1, 2001:db8::53, 853, 192.0.2.1",
    })
    void hasItsPortAndItsName(String text, String host, int port, String name) throws ConfigurationException {
        ServerSource server = read("servers = [\"" + text + "\"]").servers().get(0);

        assertEquals(new ServerAddress(ServerAddress.Protocol.TLS, address(host, port), name), server);
    }

    @Test
    void needsAName() {
        assertFault(
                "\"tls://192.0.2.53\" lacks the name in the server's certificate: write tls://192.0.2.53#dns.example",
                "servers = [\"tls://192.0.2.53\"]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "a..b", "-a", "a-.b", "a_b", "dns.example.", "a b", "a#b", "é", "[::1]"})
    void needsANameThatCanBeOne(String name) {
        assertFault("\"" + name + "\" is not a host name", "servers = [\"tls://192.0.2.53#" + name + "\"]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.53#dns.example", "udp://192.0.2.53#dns.example", "tcp://192.0.2.53#"})
    void aloneHasAName(String text) {
        assertFault("\"" + text + "\" names a certificate, but only tls:// has one", "servers = [\"" + text + "\"]");
    }

    @Test
    void isTrustedByTheAuthoritiesOfAFile() throws ConfigurationException {
        List<X509Certificate> authorities = read("servers = [\"tls://192.0.2.53#dns.example\"]", tlsCa(AUTHORITY))
                .authorities();

        assertEquals(
                List.of("CN=Test authority"),
                authorities.stream()
                        .map(authority -> authority.getSubjectX500Principal().getName())
                        .toList());
    }

    @Test
    void isTrustedByAFileOfAuthoritiesOnly() throws IOException {
        Path none = Files.createFile(directory.resolve("none.pem"));
        Path garbage = Files.writeString(directory.resolve("garbage.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n");

        assertFault("\"" + none + "\" has no certificate", tlsCa(none));
        assertFault("\"" + garbage + "\" is not a PEM file, or has more than certificates in it", tlsCa(garbage));
        assertFault("there is no file \"" + directory + "/absent.pem\"", tlsCa(directory.resolve("absent.pem")));
        assertFault("\"" + directory + "\" can't be read (Is a directory)", tlsCa(directory));
    }

    @Test
    void isMissedWhereThereAreAuthoritiesWithoutOne() throws ConfigurationException {
        String toml = "[[upstream]]\nservers = [\"9.9.9.9\"]\n" + tlsCa(AUTHORITY);

        assertEquals(
                List.of("waymark.toml:3:10: upstream.tls-ca: no server of this group is asked over TLS"),
                Text.read(toml).warnings().stream().map(Fault::toString).toList());
    }

    private static String tlsCa(Path file) {
        return "tls-ca = \"" + file + "\"";
    }

    private static UpstreamGroup read(String... lines) throws ConfigurationException {
        return Text.read("[[upstream]]\n" + String.join("\n", lines))
                .upstreams()
                .get(0);
    }

    private static void assertFault(String problem, String line) {
        List<String> faults = Text.faults("[[upstream]]\n" + line + "\n"
                + (line.startsWith("servers") ? "" : "servers = [\"tls://192.0.2.53#dns.example\"]\n"));
        assertEquals(1, faults.size());
        assertTrue(
                faults.get(0).startsWith("waymark.toml:2:") && faults.get(0).contains(problem + " (allowed: "),
                faults.get(0));
    }
}
