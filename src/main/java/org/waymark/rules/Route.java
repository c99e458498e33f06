package org.waymark.rules;

import java.net.InetAddress;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.waymark.config.Network;
import org.waymark.mark.Mark;
import org.waymark.mark.MarkMask;
import org.waymark.programs.IpVersion;

/**
 * The link by which packets with a mark leave.
 *
 * @param mark which marks
 * @param exact whether the mark was written without a mask: then every bit counts that Waymark writes
 * @param link the name of the link
 * @param gateways the routers behind the link, one for each IP version that may leave by it; if empty, both leave by it and reach
 *     everybody, as by a tunnel
 */
public record Route(MarkMask mark, boolean exact, String link, Map<IpVersion, InetAddress> gateways) {
    private static final String BROADCAST = "255.255.255.255";
    private static final String LOOPBACK = "lo";
    private static final String EXAMPLES =
            "such as 137=wg0, 0x100/0xf00=wan2,10.98.0.53 or 137=wan2,10.98.0.53,fd00:98::53";

    private static final long FIRST_TABLE = 7_000_000;
    private static final long SMALL = 1_000_000;

    /** Half of all numbers that tables may have, so that two marks hardly ever share one. */
    private static final int FIRST_HASHED_TABLE = 1 << 30;

    public Route {
        gateways = Map.copyOf(gateways);
    }

    /**
     * Reads {@code 137=wg0}, {@code 0x100/0xf00=wan2,10.98.0.53}, or both gateways, {@code 137=wan2,10.98.0.53,fd00:98::53}.
     *
     * @throws IllegalArgumentException if it is none of these; the message is for people
     */
    public static Route parse(String text) {
        int sign = text.indexOf('=');
        if (sign < 0) {
            throw new IllegalArgumentException("\"" + text + "\" names no link (allowed: " + EXAMPLES + ")");
        }
        String mark = text.substring(0, sign);
        String[] way = text.substring(sign + 1).split(",", -1);
        Map<IpVersion, InetAddress> gateways = new EnumMap<>(IpVersion.class);
        for (int i = 1; i < way.length; i++) {
            InetAddress gateway = gateway(way[i]);
            if (gateways.put(IpVersion.of(gateway), gateway) != null) {
                throw new IllegalArgumentException(
                        "\"" + text + "\" has two gateways of one IP version (allowed: one of each)");
            }
        }
        return new Route(mark(mark), mark.indexOf('/') < 0, link(way[0]), gateways);
    }

    private static MarkMask mark(String text) {
        MarkMask mark = MarkMask.parse(text);
        if (!mark.canMatch()) {
            throw new IllegalArgumentException(
                    mark + " matches no mark: the value has bits outside the mask (allowed: such as 0x100/0xf00)");
        }
        if (mark.value() == 0) {
            throw new IllegalArgumentException(
                    "\"" + text + "\": the mark must not be 0, because the host's own packets and the"
                            + " answers to clients have it (allowed: 1 to 0xffffffff)");
        }
        return mark;
    }

    private static InetAddress gateway(String text) {
        InetAddress gateway = Network.parse(text).address();
        if (text.indexOf('/') >= 0
                || gateway.isAnyLocalAddress()
                || gateway.isLoopbackAddress()
                || gateway.isMulticastAddress()
                || gateway.getHostAddress().equals(BROADCAST)) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is not the address of a gateway (allowed: " + EXAMPLES + ")");
        }
        return gateway;
    }

    private static String link(String text) {
        if (text.equals(LOOPBACK)) {
            throw new IllegalArgumentException(
                    "nothing leaves by lo (allowed: a link to other hosts, " + EXAMPLES + ")");
        }
        return InterfaceName.parse(text);
    }

    /** Whether packets of an IP version leave by the link; otherwise they don't leave. */
    boolean takes(IpVersion version) {
        return gateways.isEmpty() || gateways.containsKey(version);
    }

    /** The router for an IP version; empty if there is none. */
    Optional<InetAddress> gateway(IpVersion version) {
        return Optional.ofNullable(gateways.get(version));
    }

    /** The marks, of which only those bits count that the host and Waymark write. */
    MarkMask under(int bits) {
        return exact ? new MarkMask(mark.value(), bits) : mark;
    }

    /**
     * The routing table of a mark: the same one whatever other routes there are and in what order, so that another load never moves a
     * mark to a table that is filled for another link. Small marks can be read in it, 7000137 for the mark 137.
     *
     * @param bits those that the host and Waymark write
     */
    long table(int bits) {
        MarkMask marks = under(bits);
        long value = Integer.toUnsignedLong(marks.value());
        return marks.mask() == bits && value < SMALL
                ? FIRST_TABLE + value
                : FIRST_HASHED_TABLE + (marks.toString().hashCode() & (FIRST_HASHED_TABLE - 1));
    }

    /** The mark for people. */
    String described() {
        return exact ? Mark.describe(mark.value()) : mark.toString();
    }
}
