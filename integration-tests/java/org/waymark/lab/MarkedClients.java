package org.waymark.lab;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Thousands of clients, numbered from 1, behind the client host: 10.60.0.0/19 and fd00:60::/112. Their marks are set by a map in nft,
 * beside whatever recipe is loaded, and count from their next packet on.
 */
public final class MarkedClients {
    private static final int MOST = 8000;

    /** Each client's mark; the clients are the indexes, from 1 on. */
    private final long[] marks;

    private MarkedClients(long[] marks) {
        this.marks = marks;
    }

    /**
     * As many clients as have this many different marks, and a quarter of all unmarked.
     *
     * @param marks how many
     */
    public static MarkedClients with(int marks) {
        int clients = marks + (marks + 2) / 3;
        return new MarkedClients(IntStream.rangeClosed(0, clients)
                .mapToLong(client -> client % 4 == 2 ? 0 : client)
                .toArray());
    }

    /** The same clients, each with the mark that its neighbour had. */
    public MarkedClients exchanged() {
        return new MarkedClients(IntStream.rangeClosed(0, size())
                .mapToLong(client -> markOf(client % size() + 1))
                .toArray());
    }

    /** Makes their addresses work, and loads the rules that mark them. They must not be asking anything meanwhile. */
    public void settleIn(Lab lab) {
        settle(lab, Host.CLIENT);
    }

    /** Does so on the host behind the client, to which the client is the router then. */
    public void settleBehindClient(Lab lab) {
        lab.shell(Host.CLIENT, """
                ip route replace 10.60.0.0/19 via 10.61.0.2
                ip route replace fd00:60::/112 via fd00:61::2
                """);
        settle(lab, Host.BEHIND);
    }

    private void settle(Lab lab, Host host) {
        lab.shell(host, """
                echo 1 > /proc/sys/net/ipv6/ip_nonlocal_bind
                ip route replace local 10.60.0.0/19 dev lo
                ip route replace local fd00:60::/112 dev lo
                """);
        lab.shell(Host.GATEWAY, """
                ip route replace 10.60.0.0/19 via 192.168.111.100
                ip route replace fd00:60::/112 via fd00:111::100
                """);
        loadRules(lab);
        forgetConnections(lab, "ipv4", "10.60.0.0/19");
        forgetConnections(lab, "ipv6", "fd00:60::/112");
    }

    /** Loads the rules that mark them; connections that are there keep the marks that they have. */
    public void loadRules(Lab lab) {
        lab.loadNft(Host.GATEWAY, """
                table inet clients
                delete table inet clients
                table inet clients {
                    map ipv4 { type ipv4_addr : mark; elements = { %s } }
                    map ipv6 { type ipv6_addr : mark; elements = { %s } }
                    chain prerouting {
                        type filter hook prerouting priority -149; policy accept;
                        meta mark 0 meta mark set ip saddr map @ipv4
                        meta mark 0 meta mark set ip6 saddr map @ipv6
                        ct mark set meta mark
                    }
                }
                """.formatted(elements(Family.IPV4), elements(Family.IPV6)));
    }

    /**
     * Has the gateway forget the connections that these clients began, and no others. A connection keeps its mark for as long as
     * conntrack remembers it: a client that took a source port again would be due the mark that it had then.
     */
    private static void forgetConnections(Lab lab, String family, String clients) {
        Lab.Outcome outcome = lab.exec(Host.GATEWAY, "conntrack", "-D", "-f", family, "-s", clients);
        if (!outcome.errors().contains(": 0 flow entries have been deleted")) {
            outcome.orFail();
        }
    }

    private String elements(Family family) {
        return IntStream.rangeClosed(1, size())
                .mapToObj(client -> address(family, client).getHostAddress() + " : " + markOf(client))
                .collect(Collectors.joining(", "));
    }

    /** How many clients there are. */
    public int size() {
        return marks.length - 1;
    }

    /** The mark of the client with this number. */
    public long markOf(int client) {
        return marks[client];
    }

    /** The mark of the client that puts the question with this number, when they take turns. */
    public long markOfQuestion(int question) {
        return markOf(question % size() + 1);
    }

    /** The address of the client with this number. */
    public static InetAddress address(Family family, int client) {
        if (client > MOST) {
            throw new IllegalArgumentException(client + " clients");
        }
        return Family.address(
                family == Family.IPV4
                        ? "10.60." + (client >>> 8) + "." + (client & 0xff)
                        : "fd00:60::" + Integer.toHexString(client));
    }

    /** All their addresses. */
    public List<InetAddress> addresses(Family family) {
        return IntStream.rangeClosed(1, size())
                .mapToObj(client -> address(family, client))
                .toList();
    }

    /** A name for each question, which tells the mark that is due when they take turns. */
    public IntFunction<String> ownNames() {
        return question -> "q" + question + ".m" + markOfQuestion(question) + ".example";
    }

    /** A name for each round of questions, in which every client asks for it once. */
    public IntFunction<String> sharedNames() {
        return question -> sharedName(question / size());
    }

    private static String sharedName(int round) {
        return "s" + round + ".example";
    }

    /** How many times, in so many rounds, a client asked for a shared name, and no query for it left with the client's mark. */
    public long countWithoutTheirMark(int rounds, Measurement measured) {
        return IntStream.range(0, rounds)
                .mapToObj(round -> measured.marksOfNames().getOrDefault(sharedName(round), Map.of()))
                .mapToLong(counts -> IntStream.rangeClosed(1, size())
                        .filter(client -> !counts.containsKey(markOf(client)))
                        .count())
                .sum();
    }
}
