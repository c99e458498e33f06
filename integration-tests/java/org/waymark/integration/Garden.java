package org.waymark.integration;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.waymark.lab.Answer;
import org.waymark.lab.Family;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.Message;
import org.waymark.lab.Query;
import org.waymark.lab.StubServer;
import org.waymark.lab.UdpClient;
import org.waymark.lab.Waiting;

/** A firewall that forwards to the addresses in its sets, and the names of these addresses. It counts what it forwards and what it drops. */
final class Garden {
    static final int ANSWERS = 1;
    static final int HTTPS = 65;
    static final int TTL = 300;
    static final int PORT = 4_000;

    static final String TABLE = """
            table inet garden {
                counter opened { }
                counter blocked { }
                set open4 { type mark . ipv4_addr; flags timeout; }
                set open6 { type mark . ipv6_addr; flags timeout; }
                chain forward {
                    type filter hook forward priority filter; policy accept;
                    ct state established,related accept
                    iifname != "lan" accept
                    ct mark . ip daddr @open4 counter name "opened" accept
                    ct mark . ip6 daddr @open6 counter name "opened" accept
                    counter name "blocked" drop
                }
            }
            """;

    private final Lab lab;

    private Garden(Lab lab) {
        this.lab = lab;
    }

    /** The garden of a lab, whose addresses are those of the servers upstream. */
    static Garden of(Lab lab) {
        lab.rules("--many");
        lab.shell(Host.UPSTREAM, """
                ip route add local 198.18.0.0/15 dev lo
                ip -6 route add local 2001:db8:18::/64 dev lo
                """);
        lab.shell(Host.GATEWAY, """
                ip route add 198.18.0.0/15 via 10.99.0.53
                ip -6 route add 2001:db8:18::/64 via 2001:db8:99::53
                """);
        return new Garden(lab);
    }

    /** Nobody may connect anywhere, and nothing is counted yet. */
    void close() {
        lab.loadNft(Host.GATEWAY, "table inet garden\ndelete table inet garden\n" + TABLE);
    }

    /** The address is in the name: {@code 198-18-0-1.garden.example}, whose IPv6 address ends in the same digits. */
    static byte[] answer(StubServer.Seen query) {
        Answer answer = Answer.to(query.bytes());
        String host = query.name().substring(0, query.name().indexOf('.'));
        return switch (Message.type(query.bytes())) {
            case Query.A ->
                answer.record(ANSWERS, Query.A, TTL, ipv4(host).getAddress()).bytes();
            case Query.AAAA ->
                answer.record(ANSWERS, Query.AAAA, TTL, ipv6(host).getAddress()).bytes();
            case HTTPS -> answer.record(ANSWERS, HTTPS, TTL, hint(ipv4(host))).bytes();
            default -> answer.bytes();
        };
    }

    static InetAddress address(Family family, String host) {
        return family == Family.IPV4 ? ipv4(host) : ipv6(host);
    }

    static InetAddress ipv4(String host) {
        return Family.address(host.replace('-', '.'));
    }

    private static InetAddress ipv6(String host) {
        return Family.address("2001:db8:18::" + host.replace('-', ':'));
    }

    /** A record of its own name with one address (RFC 9460). */
    private static byte[] hint(InetAddress ipv4) {
        return ByteBuffer.allocate(11)
                .putShort((short) 1)
                .put((byte) 0)
                .putShort((short) 4)
                .putShort((short) 4)
                .put(ipv4.getAddress())
                .array();
    }

    /** Sends the first packet of a connection; the kernel has forwarded or dropped it when this returns. */
    void connect(int client, String host) {
        long before = opened() + blocked();
        try (UdpClient udp = UdpClient.from(lab, Family.IPV4.client(client))) {
            udp.send(new byte[1], new InetSocketAddress(ipv4(host), PORT));
        }
        Waiting.until(Waiting.PATIENCE, "the packet is counted", () -> opened() + blocked() > before);
    }

    /** How many first packets were forwarded. */
    long opened() {
        return packets("opened");
    }

    /** How many were dropped. */
    long blocked() {
        return packets("blocked");
    }

    private long packets(String counter) {
        String text = lab.exec(Host.GATEWAY, "nft", "list", "counter", "inet", "garden", counter)
                .orFail();
        MatchResult found = Pattern.compile("packets ([0-9]+)")
                .matcher(text)
                .results()
                .findFirst()
                .orElseThrow();
        return Long.parseLong(found.group(1));
    }

    /** The IPv4 addresses in the set. */
    List<String> elements() {
        String text = lab.exec(Host.GATEWAY, "nft", "list", "set", "inet", "garden", "open4")
                .orFail();
        return Pattern.compile("0x[0-9a-f]+ \\. ([0-9.]+)")
                .matcher(text)
                .results()
                .map(found -> found.group(1))
                .toList();
    }
}
