package org.waymark.lab;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** How a forwarder is to be set up; written as a configuration file of Waymark or dnsdist, or as arguments of dnsmasq. */
public final class Setup {
    private final List<InetSocketAddress> listen = new ArrayList<>();
    private final List<String> servers = new ArrayList<>();
    private final Map<String, List<String>> sections = new LinkedHashMap<>();
    private final StringBuilder appended = new StringBuilder();
    private MarkSource source = MarkSource.CONNTRACK;
    private String timeout = "2s";
    private int attempts = 3;
    private boolean udpOnly;

    private Setup() {}

    /** Listens on port 53 of every address. */
    public static Setup wildcard() {
        return new Setup();
    }

    /** Listens on these addresses alone. */
    public static Setup listeningOn(InetSocketAddress... addresses) {
        Setup setup = new Setup();
        setup.listen.addAll(List.of(addresses));
        return setup;
    }

    public Setup servers(InetSocketAddress... addresses) {
        for (InetSocketAddress address : addresses) {
            servers.add(text(address));
        }
        return this;
    }

    /** A server as the configuration file writes it. */
    public Setup server(String text) {
        servers.add(text);
        return this;
    }

    /** How long one try may take, and how many tries there are. */
    public Setup tries(String timeout, int attempts) {
        this.timeout = timeout;
        this.attempts = attempts;
        return this;
    }

    /** For a program that has no TCP: its start is complete when it listens over UDP. */
    public Setup overUdpOnly() {
        udpOnly = true;
        return this;
    }

    /** A server that is asked over TLS, and should have a certificate for this name. */
    public Setup tlsServer(InetSocketAddress address, String name) {
        return server("tls://" + text(address) + "#" + name);
    }

    /** The PEM file of the authorities that are trusted. */
    public Setup trusting(Path file) {
        return with("upstream", "tls-ca = \"" + file + "\"");
    }

    /** Where the marks of clients' connections come from, in place of what was said before. */
    public Setup marksFrom(MarkSource source) {
        sections.getOrDefault("mark", new ArrayList<>()).remove(this.source.line());
        this.source = source;
        return with("mark", source.line());
    }

    /** Adds a line to a section of the configuration file; {@code upstream} is the group of servers. */
    public Setup with(String section, String line) {
        sections.computeIfAbsent(section, name -> new ArrayList<>()).add(line);
        return this;
    }

    /** Adds text to the end of the configuration file: policies, and groups of servers besides the default one. */
    public Setup append(String text) {
        appended.append('\n').append(text);
        return this;
    }

    List<InetSocketAddress> listen() {
        return listen;
    }

    /** Where it listens, as text; the wildcard addresses are named, too. */
    List<String> listenOrWildcard() {
        return listen.isEmpty()
                ? List.of("0.0.0.0:53", "[::]:53")
                : listen.stream().map(Setup::text).toList();
    }

    List<String> servers() {
        return servers;
    }

    boolean isUdpOnly() {
        return udpOnly;
    }

    MarkSource source() {
        return source;
    }

    /** The configuration file of Waymark; it has no control socket unless the test wants one, since the hosts share the files, no web server, and no cache, since tests see what servers are asked. */
    public String toml() {
        sections.putIfAbsent("control", List.of("socket = \"\""));
        sections.putIfAbsent("metrics", List.of("listen = \"\""));
        sections.putIfAbsent("cache", List.of("size = \"0\""));
        StringBuilder toml = new StringBuilder("[listen]\naddresses = " + array(listenOrWildcard()) + "\n");
        sections.getOrDefault("listen", List.of())
                .forEach(line -> toml.append(line).append('\n'));
        sections.forEach((section, lines) -> {
            if (!section.equals("listen") && !section.equals("upstream")) {
                toml.append("\n[" + section + "]\n" + String.join("\n", lines) + "\n");
            }
        });
        toml.append("\n[[upstream]]\nname = \"default\"\nservers = " + array(servers) + "\ntimeout = \"" + timeout
                + "\"\nattempts = " + attempts + "\n");
        sections.getOrDefault("upstream", List.of())
                .forEach(line -> toml.append(line).append('\n'));
        return toml.append(appended).toString();
    }

    private static String array(List<String> values) {
        return values.stream().map(value -> '"' + value + '"').collect(Collectors.joining(", ", "[", "]"));
    }

    private static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
