package org.waymark.lab;

import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** A real server upstream that speaks TLS alone, answers every query with 192.0.2.1, and counts sessions that are resumed. */
public final class Dnsdist implements AutoCloseable {
    /** Where its metrics are, on its own host. */
    private static final int WEB_PORT = 8083;

    private static final String PASSWORD = "waymark";

    private final Lab lab;
    private final ServerProcess process;

    private Dnsdist(Lab lab, ServerProcess process) {
        this.lab = lab;
        this.process = process;
    }

    /** Starts it, and waits until it listens. */
    public static Dnsdist start(Lab lab, InetSocketAddress address, Certificates.Identity identity) {
        String configuration = """
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
                        PASSWORD);
        ServerProcess process = ServerProcess.start(
                lab,
                configuration,
                () -> lab.in(Host.UPSTREAM, () -> ForwarderProcess.takesConnections(address)),
                "dnsdist",
                "--supervised",
                "--disable-syslog",
                "-C");
        return new Dnsdist(lab, process);
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
        process.close();
    }
}
