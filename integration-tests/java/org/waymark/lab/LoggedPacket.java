package org.waymark.lab;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A packet between the gateway and a server as the kernel has logged it: IPv4 or IPv6, UDP or TCP, and the names that its DNS messages
 * ask for.
 *
 * @param names one for each DNS message in the packet
 * @param hasPayload whether there is anything after the UDP or TCP header
 */
record LoggedPacket(Tuple tuple, boolean outgoing, List<String> names, boolean hasPayload) {
    private static final int IPPROTO_TCP = 6;
    private static final int IPPROTO_UDP = 17;
    private static final int ANSWER = 0x80;

    /** What tells an upstream connection from all others, whichever way its packets go; addresses are 16 bytes in two halves. */
    record Tuple(boolean tcp, long high, long low, int port, long serverHigh, long serverLow, int serverPort) {
        String text() {
            return (tcp ? "TCP " : "UDP ") + address(high, low) + " port " + port + " to server "
                    + address(serverHigh, serverLow);
        }

        private static String address(long high, long low) {
            try {
                byte[] bytes =
                        ByteBuffer.allocate(16).putLong(high).putLong(low).array();
                return InetAddress.getByAddress(bytes).getHostAddress();
            } catch (UnknownHostException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Reads a packet, or returns null if it is neither UDP nor TCP. */
    static LoggedPacket read(ByteBuffer packet, boolean outgoing) {
        packet.order(ByteOrder.BIG_ENDIAN);
        boolean ipv4 = packet.get(0) >>> 4 == 4;
        int protocol = packet.get(ipv4 ? 9 : 6);
        int at = ipv4 ? (packet.get(0) & 0xf) * 4 : 40;
        if (protocol != IPPROTO_TCP && protocol != IPPROTO_UDP) {
            return null;
        }
        boolean tcp = protocol == IPPROTO_TCP;
        int gateway = outgoing ? 0 : 1;
        int server = 1 - gateway;
        Tuple tuple = new Tuple(
                tcp,
                high(packet, ipv4, gateway),
                low(packet, ipv4, gateway),
                packet.getShort(at + 2 * gateway) & 0xffff,
                high(packet, ipv4, server),
                low(packet, ipv4, server),
                packet.getShort(at + 2 * server) & 0xffff);
        int end = ipv4 ? packet.getShort(2) & 0xffff : 40 + (packet.getShort(4) & 0xffff);
        int payload = at + (tcp ? (packet.get(at + 12) >>> 4 & 0xf) * 4 : 8);
        return new LoggedPacket(
                tuple,
                outgoing,
                tcp ? namesInSegment(packet, payload, outgoing) : namesOf(packet, payload, outgoing),
                payload < end);
    }

    private static long high(ByteBuffer packet, boolean ipv4, int which) {
        return ipv4 ? 0 : packet.getLong(8 + 16 * which);
    }

    private static long low(ByteBuffer packet, boolean ipv4, int which) {
        return ipv4
                ? 0xffff_0000_0000L | packet.getInt(12 + 4 * which) & 0xffff_ffffL
                : packet.getLong(16 + 16 * which);
    }

    /** Messages with their lengths before them; what does not look like one ends the search. */
    private static List<String> namesInSegment(ByteBuffer packet, int start, boolean outgoing) {
        List<String> names = new ArrayList<>();
        for (int at = start; at + 2 + Message.HEADER < packet.limit(); at += 2 + (packet.getShort(at) & 0xffff)) {
            List<String> found = namesOf(packet, at + 2, outgoing);
            if (found.isEmpty()) {
                break;
            }
            names.addAll(found);
        }
        return names;
    }

    private static List<String> namesOf(ByteBuffer packet, int start, boolean outgoing) {
        boolean fits = start + Message.HEADER < packet.limit();
        if (!fits || packet.getShort(start + 4) != 1 || (packet.get(start + 2) & ANSWER) != (outgoing ? 0 : ANSWER)) {
            return List.of();
        }
        byte[] name = new byte[256];
        int length = 0;
        int at = start + Message.HEADER;
        while (at < packet.limit() && packet.get(at) > 0) {
            int label = packet.get(at);
            if (label > 63 || at + 1 + label >= packet.limit() || length + label + 1 > name.length) {
                return List.of();
            }
            if (length > 0) {
                name[length++] = '.';
            }
            packet.get(at + 1, name, length, label);
            length += label;
            at += 1 + label;
        }
        return List.of(new String(name, 0, length, StandardCharsets.ISO_8859_1));
    }
}
