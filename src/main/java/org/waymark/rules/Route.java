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
    private static final String EXAMPLES =
            "such as 137=wg0, 0x100/0xf00=wan2,10.98.0.53 or 137=wan2,10.98.0.53,fd00:98::53";

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
        return new Route(mark(mark), mark.indexOf('/') < 0, InterfaceName.parse(way[0]), gateways);
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
        Network gateway = Network.parse(text);
        if (text.indexOf('/') >= 0 || gateway.address().isAnyLocalAddress()) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is not the address of a gateway (allowed: " + EXAMPLES + ")");
        }
        return gateway.address();
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

    /** The mark for people. */
    String described() {
        return exact ? Mark.describe(mark.value()) : mark.toString();
    }
}
