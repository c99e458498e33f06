package org.waymark.lab;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What clients have used, worked out from packets on both links of the gateway and from nothing else: by client and leg, in bytes and
 * packets. A client is told by the last digits of its address; upstream by the names that its connection asks for, {@code cN-...}. What
 * comes in fragments counts as the datagram that it is, with one header.
 */
public final class CapturedTraffic {
    private static final int FRAGMENT = 44;
    private static final int DNS = 53;
    private static final int IPV6_HEADER = 40;
    private static final int FRAGMENT_HEADER = 8;

    private static final Map<InetAddress, Integer> CLIENTS = new HashMap<>();
    private static final Set<InetAddress> SERVERS = new HashSet<>();
    private static final Set<InetAddress> GATEWAYS = new HashSet<>();

    static {
        for (Family family : Family.values()) {
            for (int number = 100; number <= 180; number++) {
                CLIENTS.put(family.client(number), number);
            }
            for (int number = 53; number <= 55; number++) {
                SERVERS.add(family.upstream(number).getAddress());
            }
            GATEWAYS.add(family.gateway().getAddress());
            GATEWAYS.add(family.upstream(1).getAddress());
        }
    }

    private final Map<Integer, Map<String, long[]>> byClient = new TreeMap<>();
    private long headersOfFragments;
    private int largest;

    /** Adds up the packets of both links; what is not a client's is left out. */
    public static CapturedTraffic of(List<ByteBuffer> lan, List<ByteBuffer> wan) {
        CapturedTraffic traffic = new CapturedTraffic();
        lan.forEach(traffic::onLan);
        traffic.onWan(wan);
        return traffic;
    }

    /** Bytes and packets by client and leg, as {@code waymark accounts --csv} names them. */
    public Map<Integer, Map<String, long[]>> byClient() {
        return byClient;
    }

    /** How many bytes the headers of all fragments but the first have. */
    public long headersOfFragments() {
        return headersOfFragments;
    }

    /** The length of the largest packet. */
    public int largest() {
        return largest;
    }

    private void onLan(ByteBuffer packet) {
        InetAddress from = address(packet, 0);
        InetAddress to = address(packet, 1);
        largest = Math.max(largest, length(packet));
        if (client(from) > 0 && isServer(to)) {
            add(client(from), "up", packet);
        } else if (client(to) > 0 && isServer(from)) {
            add(client(to), "down", packet);
        } else if (client(from) > 0 && isGateway(to) && hasPort(packet, 1)) {
            add(client(from), "client_dns", packet);
        } else if (client(to) > 0 && isGateway(from) && hasPort(packet, 0)) {
            add(client(to), "client_dns", packet);
        }
    }

    private void onWan(List<ByteBuffer> packets) {
        Map<LoggedPacket.Tuple, Integer> clients = new HashMap<>();
        for (boolean names : new boolean[] {true, false}) {
            for (ByteBuffer packet : packets) {
                boolean outgoing = isGateway(address(packet, 0));
                if (!outgoing && !isGateway(address(packet, 1))) {
                    continue;
                }
                LoggedPacket read = LoggedPacket.read(packet, outgoing);
                if (read == null || read.tuple().serverPort() != DNS) {
                    continue;
                }
                if (names) {
                    read.names()
                            .forEach(name ->
                                    clients.put(read.tuple(), Integer.valueOf(name.replaceAll("c(\\d+)-.*", "$1"))));
                } else {
                    add(clients.getOrDefault(read.tuple(), 0), "server_dns", packet);
                }
            }
        }
    }

    private void add(int client, String leg, ByteBuffer packet) {
        long[] sum =
                byClient.computeIfAbsent(client, each -> new HashMap<>()).computeIfAbsent(leg, each -> new long[2]);
        int headers = repeatedHeaders(packet);
        headersOfFragments += headers;
        sum[0] += length(packet) - headers;
        sum[1] += isLaterFragment(packet) ? 0 : 1;
    }

    /** The bytes of a packet's headers that the whole datagram does not have. */
    private static int repeatedHeaders(ByteBuffer packet) {
        if (isIpv4(packet)) {
            return isLaterFragment(packet) ? (packet.get(0) & 0xf) * 4 : 0;
        }
        if (packet.get(6) != FRAGMENT) {
            return 0;
        }
        return isLaterFragment(packet) ? IPV6_HEADER + FRAGMENT_HEADER : FRAGMENT_HEADER;
    }

    private static boolean isLaterFragment(ByteBuffer packet) {
        return isIpv4(packet)
                ? (packet.getShort(6) & 0x1fff) != 0
                : packet.get(6) == FRAGMENT && (packet.getShort(IPV6_HEADER + 2) & 0xfff8) != 0;
    }

    private static boolean isIpv4(ByteBuffer packet) {
        return packet.get(0) >>> 4 == 4;
    }

    private static int length(ByteBuffer packet) {
        return isIpv4(packet) ? packet.getShort(2) & 0xffff : IPV6_HEADER + (packet.getShort(4) & 0xffff);
    }

    /** Whether the source port (0) or the destination port (1) is that of DNS. */
    private static boolean hasPort(ByteBuffer packet, int which) {
        boolean ipv4 = isIpv4(packet);
        int protocol = packet.get(ipv4 ? 9 : 6);
        int start = ipv4 ? (packet.get(0) & 0xf) * 4 : IPV6_HEADER;
        return (protocol == 6 || protocol == 17) && packet.getShort(start + 2 * which) == DNS;
    }

    private static InetAddress address(ByteBuffer packet, int which) {
        boolean ipv4 = isIpv4(packet);
        int start = ipv4 ? 12 + 4 * which : 8 + 16 * which;
        byte[] bytes = new byte[ipv4 ? 4 : 16];
        packet.get(start, bytes);
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int client(InetAddress address) {
        return CLIENTS.getOrDefault(address, 0);
    }

    private static boolean isServer(InetAddress address) {
        return SERVERS.contains(address);
    }

    private static boolean isGateway(InetAddress address) {
        return GATEWAYS.contains(address);
    }
}
