package org.waymark.config;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The servers that a file in the format of resolv.conf names (man 5 resolv.conf). The host may change the file at any time: by DHCP, a VPN
 * or a modem.
 *
 * @param file where it is, an absolute path
 */
public record ResolvConf(Path file) implements ServerSource {
    private static final String WORD = "resolv.conf";
    private static final Path USUAL_FILE = Path.of("/etc/resolv.conf");

    /** Where systemd-resolved writes which servers it asks (man 8 systemd-resolved). */
    public static final Path BEHIND_STUB = Path.of("/run/systemd/resolve/resolv.conf");

    private static final Set<InetAddress> STUBS =
            Set.of(AddressText.parse("127.0.0.53"), AddressText.parse("127.0.0.54"));

    private static final String KEYWORD = "nameserver";
    private static final int DNS_PORT = 53;

    static boolean isMeantBy(String text) {
        return text.equals(WORD) || text.startsWith(WORD + ":");
    }

    static ResolvConf parse(String text) {
        return new ResolvConf(text.equals(WORD) ? USUAL_FILE : Kind.absolutePath(text.substring(WORD.length() + 1)));
    }

    /**
     * Whether all servers are the stub of systemd-resolved. It asks other servers on behalf of this host, so the marks of its queries end
     * there.
     *
     * @param servers those that a file names
     */
    public static boolean isStub(List<ServerAddress> servers) {
        return !servers.isEmpty()
                && servers.stream()
                        .allMatch(server -> STUBS.contains(server.address().getAddress()));
    }

    /**
     * Reads the text of such a file. Only the lines with {@code nameserver} matter. A line is ignored if its address is not an address, or
     * names an interface that does not exist, as the host's own resolver ignores it.
     *
     * @return the servers in their order; empty if the text names none
     */
    public static List<ServerAddress> serversIn(String text) {
        List<ServerAddress> servers = new ArrayList<>();
        for (String line : text.split("\\R")) {
            String[] words = line.strip().split("\\s+");
            if (words.length > 1 && words[0].equals(KEYWORD)) {
                addTo(servers, words[1]);
            }
        }
        return servers;
    }

    private static void addTo(List<ServerAddress> servers, String address) {
        try {
            ServerAddress server = new ServerAddress(ServerAddress.Protocol.UDP, AddressText.parse(address, DNS_PORT));
            InetAddress host = server.address().getAddress();
            boolean isHost = !host.isAnyLocalAddress() && !host.isMulticastAddress();
            if (isHost && !servers.contains(server)) {
                servers.add(server);
            }
        } catch (IllegalArgumentException e) {
            // See above.
        }
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
