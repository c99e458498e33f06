package org.waymark.lab;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** The gateway's table of connections at one moment, as {@code conntrack -L} lists it. */
public final class Conntrack {
    private final List<Connection> connections;
    private final Map<String, Connection> byOrigin = new HashMap<>();

    /** One direction of a connection. */
    public record Tuple(InetSocketAddress source, InetSocketAddress destination) {}

    /** A connection: as its first packet came in, as its answers leave or arrive, and its mark. */
    public record Connection(String protocol, Tuple original, Tuple reply, long mark) {}

    private Conntrack(List<Connection> connections) {
        this.connections = connections;
        for (Connection connection : connections) {
            byOrigin.put(key(connection.protocol, connection.original), connection);
        }
    }

    static Conntrack of(Lab lab) {
        List<Connection> connections = new ArrayList<>();
        for (String family : List.of("ipv4", "ipv6")) {
            lab.exec(Host.GATEWAY, "conntrack", "-L", "-f", family)
                    .orFail()
                    .lines()
                    .flatMap(line -> parse(line).stream())
                    .forEach(connections::add);
        }
        return new Conntrack(connections);
    }

    /** Every connection of UDP and TCP. */
    public List<Connection> connections() {
        return connections;
    }

    /** The mark of the connection that one socket opened to another; empty if the kernel knows no such connection. */
    public OptionalLong markOf(boolean tcp, InetSocketAddress source, InetSocketAddress destination) {
        Connection connection = byOrigin.get(key(tcp ? "tcp" : "udp", new Tuple(source, destination)));
        return connection == null ? OptionalLong.empty() : OptionalLong.of(connection.mark);
    }

    private static String key(String protocol, Tuple tuple) {
        return protocol + " " + text(tuple.source) + " " + text(tuple.destination);
    }

    private static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + " " + address.getPort();
    }

    /** Reads {@code udp 17 29 src=... dst=... sport=... dport=... src=... dst=... sport=... dport=... mark=137 use=1}. */
    private static Optional<Connection> parse(String line) {
        String[] words = line.trim().split(" +");
        if (!words[0].equals("udp") && !words[0].equals("tcp")) {
            return Optional.empty();
        }
        List<String> addresses = new ArrayList<>();
        List<Integer> ports = new ArrayList<>();
        long mark = 0;
        for (String word : words) {
            String value = word.substring(word.indexOf('=') + 1);
            if (word.startsWith("src=") || word.startsWith("dst=")) {
                addresses.add(value);
            } else if (word.startsWith("sport=") || word.startsWith("dport=")) {
                ports.add(Integer.valueOf(value));
            } else if (word.startsWith("mark=")) {
                mark = Long.parseLong(value);
            }
        }
        return Optional.of(new Connection(words[0], tuple(addresses, ports, 0), tuple(addresses, ports, 2), mark));
    }

    private static Tuple tuple(List<String> addresses, List<Integer> ports, int first) {
        return new Tuple(
                new InetSocketAddress(Family.address(addresses.get(first)), ports.get(first)),
                new InetSocketAddress(Family.address(addresses.get(first + 1)), ports.get(first + 1)));
    }
}
