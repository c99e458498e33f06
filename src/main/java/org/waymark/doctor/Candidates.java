package org.waymark.doctor;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.waymark.config.Listen;
import org.waymark.config.Network;
import org.waymark.programs.HostProgram;

/**
 * Chooses clients whose queries are worth trying out, for each IP version: those that ask at the moment, those that rules name, the host's
 * neighbours, and, where nobody is known, an address of each network.
 */
final class Candidates {
    /** For each IP version: a try takes some milliseconds. */
    private static final int MOST = 6;

    private final Listen listen;
    private final Links links;
    private final Map<InetAddress, String> hardwareAddresses = new LinkedHashMap<>();

    Candidates(Listen listen, Links links) {
        this.listen = listen;
        this.links = links;
        readNeighbours();
    }

    private void readNeighbours() {
        HostProgram.run("ip", "-j", "neighbour", "show")
                .filter(HostProgram.Result::succeeded)
                .ifPresent(result -> {
                    for (Object each : (List<?>) result.json()) {
                        Map<?, ?> neighbour = (Map<?, ?>) each;
                        if (neighbour.get("lladdr") instanceof String hardware
                                && neighbour.get("dst") instanceof String address) {
                            hardwareAddresses.put(address(address), hardware);
                        }
                    }
                });
    }

    /**
     * @param asking those that ask at the moment
     * @param named those that rules name
     * @param upstream the links by which servers are reached, where nobody is made up
     */
    List<Client> choose(Collection<InetAddress> asking, Collection<InetAddress> named, Set<String> upstream) {
        Map<Boolean, Set<InetAddress>> chosen = new HashMap<>();
        List.of(true, false).forEach(ipv4 -> chosen.put(ipv4, new LinkedHashSet<>()));
        List<Client> clients = new ArrayList<>();
        for (Collection<InetAddress> source : List.of(asking, named, hardwareAddresses.keySet(), madeUp(upstream))) {
            for (InetAddress address : source) {
                Set<InetAddress> ofVersion = chosen.get(address instanceof Inet4Address);
                if (ofVersion.size() < MOST && !ofVersion.contains(address)) {
                    client(address)
                            .filter(client -> source != hardwareAddresses.keySet() || !upstream.contains(client.link()))
                            .ifPresent(client -> {
                                ofVersion.add(address);
                                clients.add(client);
                            });
                }
            }
        }
        return clients;
    }

    /** The last address of each network but one, where hosts are rarely. */
    private List<InetAddress> madeUp(Set<String> upstream) {
        List<InetAddress> addresses = new ArrayList<>();
        for (Links.Link link : links.all()) {
            if (!upstream.contains(link.name())) {
                link.addresses().forEach(text -> lastButOne(text).ifPresent(addresses::add));
            }
        }
        return addresses;
    }

    private static Optional<InetAddress> lastButOne(String network) {
        String[] parts = network.split("/");
        byte[] bytes = address(parts[0]).getAddress();
        int length = Integer.parseInt(parts[1]);
        if (length > bytes.length * Byte.SIZE - 2) {
            return Optional.empty();
        }
        for (int bit = length; bit < bytes.length * Byte.SIZE; bit++) {
            bytes[bit / Byte.SIZE] |= (byte) (0x80 >> bit % Byte.SIZE);
        }
        bytes[bytes.length - 1] ^= 1;
        return Optional.of(address(bytes)).filter(made -> !made.equals(address(parts[0])));
    }

    /** A client at an address; empty if it is on no link, if its link is not known, or if Waymark has no address there. */
    private Optional<Client> client(InetAddress address) {
        if (address.isLinkLocalAddress() || address.isLoopbackAddress()) {
            return Optional.empty();
        }
        return linkOf(address).flatMap(link -> asked(link, address)
                .map(asked -> new Client(link.name(), address, hardwareAddresses.get(address), asked)));
    }

    private Optional<Links.Link> linkOf(InetAddress address) {
        Optional<Links.Link> near = links.all().stream()
                .filter(link ->
                        link.addresses().stream().anyMatch(own -> network(own).contains(address)))
                .findFirst();
        return near.isPresent() ? near : routed(address);
    }

    /** The network that an interface with this address and prefix length is on. */
    private static Network network(String own) {
        String[] parts = own.split("/");
        return Network.of(address(parts[0]), Integer.parseInt(parts[1]));
    }

    private Optional<Links.Link> routed(InetAddress address) {
        return Route.to(address, 0).link().flatMap(name -> links.all().stream()
                .filter(link -> link.name().equals(name))
                .findFirst());
    }

    private Optional<InetAddress> asked(Links.Link link, InetAddress client) {
        List<InetAddress> here = link.addresses().stream()
                .map(own -> address(own.split("/")[0]))
                .filter(own -> own instanceof Inet4Address == client instanceof Inet4Address)
                .toList();
        return here.stream()
                .filter(own -> !own.equals(client))
                .filter(own -> listen.addresses().stream()
                        .anyMatch(each -> listen.takes(new InetSocketAddress(own, each.getPort()), any -> true)))
                .findFirst();
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(text + " is not an address", e);
        }
    }

    private static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
