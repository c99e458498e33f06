package org.waymark.listener;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.waymark.linux.Endpoint;

/**
 * A set of networks, IPv4 and IPv6. Neither contains the other: {@code ::/0} is all of IPv6, though within Waymark an IPv4 address is an
 * IPv4-mapped one of IPv6.
 */
public final class Networks {
    private static final int IPV4_MAPPED_BITS = 96;

    private final List<Prefix> networks = new ArrayList<>();

    /** 128 bits of address and of mask, in halves; IPv4 as IPv4-mapped IPv6. */
    private record Prefix(boolean isIpv4, long high, long low, long highMask, long lowMask) {
        boolean contains(Endpoint endpoint) {
            return endpoint.isIpv4() == isIpv4
                    && (endpoint.high() & highMask) == high
                    && (endpoint.low() & lowMask) == low;
        }
    }

    /**
     * @param address the network's address, all host bits zero
     * @param prefixLength the length of its prefix, 0 to 32 or 128 bits
     */
    public void add(InetAddress address, int prefixLength) {
        Endpoint base = Endpoint.of(new InetSocketAddress(address, 0));
        int bits = base.isIpv4() ? prefixLength + IPV4_MAPPED_BITS : prefixLength;
        networks.add(new Prefix(base.isIpv4(), base.high(), base.low(), mask(bits), mask(bits - Long.SIZE)));
    }

    private static long mask(int bits) {
        if (bits <= 0) {
            return 0;
        }
        return bits >= Long.SIZE ? -1 : -1L << Long.SIZE - bits;
    }

    /**
     * @param endpoint an address, whatever its port
     * @return whether it is in one of the networks
     */
    public boolean contains(Endpoint endpoint) {
        for (Prefix network : networks) {
            if (network.contains(endpoint)) {
                return true;
            }
        }
        return false;
    }
}
