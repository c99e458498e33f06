package org.waymark.rules;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.waymark.config.Configuration;
import org.waymark.config.Marking;
import org.waymark.config.ServerAddress;
import org.waymark.mark.Mark;
import org.waymark.programs.IpVersion;

/**
 * What the configuration decides about the rules.
 *
 * @param mask the bits of clients' marks that Waymark carries
 * @param outgoing the bits of marks that Waymark sends with
 * @param listen where Waymark listens
 * @param serverPorts the ports that servers are asked on, from the lowest
 * @param marksFromPackets whether Waymark takes marks from packets
 * @param answersMarked whether answers to clients have the mark
 * @param ownTable whether Waymark has a table of its own
 */
record Basis(
        int mask,
        int outgoing,
        List<InetSocketAddress> listen,
        List<Integer> serverPorts,
        boolean marksFromPackets,
        boolean answersMarked,
        boolean ownTable) {
    private static final int DNS_PORT = 53;

    static Basis of(Configuration configuration) {
        Marking marking = configuration.marking();
        List<Integer> serverPorts = configuration.upstreams().stream()
                .flatMap(group -> group.servers().stream())
                .map(source -> source instanceof ServerAddress server
                        ? server.address().getPort()
                        : DNS_PORT)
                .distinct()
                .sorted()
                .toList();
        return new Basis(
                marking.mask(),
                configuration.outgoingBits(),
                configuration.listen().addresses(),
                serverPorts,
                marking.source() == Marking.Source.PACKET,
                marking.answers(),
                marking.ownRule());
    }

    /** The ports that clients ask Waymark on, from the lowest. */
    List<Integer> ports() {
        return listen.stream()
                .map(InetSocketAddress::getPort)
                .distinct()
                .sorted()
                .toList();
    }

    /** Where Waymark listens for what other hosts send with an IP version: a wildcard if there is one; empty if nowhere. */
    Optional<InetSocketAddress> reachable(IpVersion version) {
        List<InetSocketAddress> candidates = listen.stream()
                .filter(local -> IpVersion.of(local.getAddress()) == version)
                .filter(local -> isReachable(local.getAddress()))
                .toList();
        return candidates.stream()
                .filter(local -> local.getAddress().isAnyLocalAddress())
                .findFirst()
                .or(() -> candidates.stream().findFirst());
    }

    private static boolean isReachable(InetAddress address) {
        return !address.isLoopbackAddress() && !address.isLinkLocalAddress();
    }

    /** Whether what the kernel answers with a client's mark would leave by a route. */
    boolean answersByMark(Tasks tasks) {
        return marksFromPackets && !tasks.routes().isEmpty();
    }

    /** What a redirection does not reach, in words for people. */
    List<String> unredirected() {
        return Stream.of(IpVersion.values())
                .filter(version -> reachable(version).isEmpty())
                .map(version ->
                        "Queries over " + version + " are not redirected, and pass by Waymark: it does not listen on "
                                + version + " for other hosts. Add an address to listen.addresses, or drop them.")
                .toList();
    }

    /** @throws IllegalArgumentException if Waymark would not carry a client's mark; the message is for people */
    void check(Client client) {
        if ((client.mark() & ~mask) != 0) {
            throw new IllegalArgumentException("the mark " + Mark.describe(client.mark()) + " of " + client.value()
                    + " has bits that Waymark does not carry (allowed: those of mark.mask, " + Mark.format(mask) + ")");
        }
    }

    /** @throws IllegalArgumentException if no packet is redirected to Waymark; the message is for people */
    void checkRedirects() {
        if (reachable(IpVersion.IPV4).isEmpty() && reachable(IpVersion.IPV6).isEmpty()) {
            throw new IllegalArgumentException(
                    "nothing can be redirected to Waymark, because it listens only on loopback or"
                            + " link-local addresses (add another to listen.addresses)");
        }
    }

    /** @throws IllegalArgumentException if two routes would share a routing table; the message is for people */
    void checkTables(List<Route> routes) {
        for (int i = 1; i < routes.size(); i++) {
            Route route = routes.get(i);
            routes.stream()
                    .limit(i)
                    .filter(other -> other.table(outgoing) == route.table(outgoing))
                    .findFirst()
                    .ifPresent(other -> {
                        throw new IllegalArgumentException("the marks " + other.described() + " of " + other.link()
                                + " and " + route.described() + " of " + route.link()
                                + " share a routing table: give each mark one route");
                    });
        }
    }

    /** @throws IllegalArgumentException if no packet has a mark of the route, or answers would take it; the message is for people */
    void check(Route route) {
        if (answersMarked) {
            throw new IllegalArgumentException(
                    "with mark.answers = true, answers to clients would leave by " + route.link()
                            + ", too (set it to false, or write routes of your own that lead to the clients as well)");
        }
        if ((route.mark().value() & ~outgoing) != 0) {
            throw new IllegalArgumentException("no packet has the mark " + route.described() + " of " + route.link()
                    + " (allowed: the bits of mark.mask and of policies' set-mark, " + Mark.format(outgoing) + ")");
        }
    }
}
