package org.waymark.config;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Predicate;

/**
 * The section {@code [listen]}: where queries come in, and which clients may ask.
 *
 * @param addresses the local addresses, each for UDP and TCP; at least one, wildcards allowed
 * @param allowFrom the networks whose clients may ask; all others are refused; at least one
 * @param ownNetworks whether clients on the networks of the host's interfaces may ask, too
 */
public record Listen(List<InetSocketAddress> addresses, List<Network> allowFrom, boolean ownNetworks) {
    private static final String PRIVATE = "private";

    private static final int DNS_PORT = 53;

    public Listen {
        addresses = List.copyOf(addresses);
        allowFrom = List.copyOf(allowFrom);
    }

    static Listen from(Section listen) {
        List<Clients> clients = listen.list("allow-from", clients(), List.of(PRIVATE));
        return new Listen(
                listen.list("addresses", localAddress(), List.of("0.0.0.0:53", "[::]:53")),
                clients.stream()
                        .flatMap(each -> each.networks.stream())
                        .distinct()
                        .toList(),
                clients.stream().anyMatch(Clients::onOwnNetworks));
    }

    /** What one element of the list stands for. */
    private record Clients(List<Network> networks, boolean onOwnNetworks) {}

    /**
     * Whether Waymark listens on an address.
     *
     * @param isOwn tells which addresses are this host's, because a wildcard covers all of them
     */
    public boolean takes(InetSocketAddress address, Predicate<InetAddress> isOwn) {
        return addresses.stream()
                .anyMatch(local -> local.getAddress().isAnyLocalAddress()
                        ? local.getPort() == address.getPort()
                                && isSameVersion(local, address)
                                && isOwn.test(address.getAddress())
                        : AddressText.areSame(local, address));
    }

    private static boolean isSameVersion(InetSocketAddress one, InetSocketAddress other) {
        return one.getAddress() instanceof Inet4Address == other.getAddress() instanceof Inet4Address;
    }

    private static Kind<InetSocketAddress> localAddress() {
        return Kind.text("an address of this host such as \"0.0.0.0:53\", \"[::]:53\" or \"192.0.2.1\"", text -> {
            InetSocketAddress address = AddressText.parse(text, DNS_PORT);
            if (address.getAddress().isMulticastAddress()) {
                throw new IllegalArgumentException("\"" + text + "\" is a multicast address");
            }
            return address;
        });
    }

    private static Kind<Clients> clients() {
        return Kind.text(
                "a network such as \"192.0.2.0/24\" or \"2001:db8::/32\", or \"private\" or \"any\"",
                text -> new Clients(Network.parseAll(text), text.equals(PRIVATE)));
    }
}
