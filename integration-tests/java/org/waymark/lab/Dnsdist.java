package org.waymark.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;

/** A real server upstream that speaks TLS alone, answers every query with 192.0.2.1, and counts sessions that are resumed. */
public final class Dnsdist implements AutoCloseable {
    /** Where its metrics are, on its own host. */
    private static final int WEB_PORT = 8083;

    private static final String PASSWORD = "waymark";

    private final Lab lab;
    private final Process process;
    private final Path configuration;

    private Dnsdist(Lab lab, Process process, Path configuration) {
        this.lab = lab;
        this.process = process;
        this.configuration = configuration;
    }

    /** Starts it, and waits until it listens. */
    public static Dnsdist start(Lab lab, InetSocketAddress address, Certificates.Identity identity) {
        try {
            Path file = Files.createTempFile("waymark-it", ".conf");
            Files.writeString(file, """
                    setLocal("127.0.0.1:5300")
                    addTLSLocal("%s:%d", "%s", "%s", {provider="openssl"})
                    addAction(AllRule(), SpoofAction("192.0.2.1"))
                    setACL("0.0.0.0/0")
                    webserver("127.0.0.1:%d")
                    setWebserverConfig({password="%s", apiKey="%s", acl="127.0.0.0/8"})
                    """.formatted(
                            address.getAddress().getHostAddress(),
                            address.getPort(),
                            identity.certificate(),
                            identity.key(),
                            WEB_PORT,
                            PASSWORD,
                            PASSWORD));
            Process process = lab.command(
                            Host.UPSTREAM, "dnsdist", "--supervised", "--disable-syslog", "-C", file.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            Dnsdist dnsdist = new Dnsdist(lab, process, file);
            dnsdist.awaitListening(address);
            return dnsdist;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitListening(InetSocketAddress address) throws IOException {
        try {
            Waiting.until(
                    Duration.ofSeconds(10),
                    "dnsdist listens",
                    () -> lab.in(Host.UPSTREAM, () -> ForwarderProcess.takesConnections(address)));
        } catch (AssertionError e) {
            close();
            throw e;
        }
    }

    /** How many handshakes resumed a session, by its own count. */
    public long resumptions() {
        return metrics()
                .lines()
                .filter(line -> line.startsWith("dnsdist_frontend_tlsresumptions{") && line.contains(":853"))
                .mapToLong(line -> Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private String metrics() {
        return lab.in(Host.UPSTREAM, () -> {
            URLConnection page = new URL("http://127.0.0.1:" + WEB_PORT + "/metrics").openConnection();
            String credentials =
                    Base64.getEncoder().encodeToString(("waymark:" + PASSWORD).getBytes(StandardCharsets.UTF_8));
            page.setRequestProperty("Authorization", "Basic " + credentials);
            try (InputStream text = page.getInputStream()) {
                return new String(text.readAllBytes(), StandardCharsets.UTF_8);
            }
        });
    }

    @Override
    public void close() {
        process.destroy();
        configuration.toFile().delete();
    }
}
