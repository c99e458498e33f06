package org.waymark.sets;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/** Tells addresses that nobody outside of a network can have from those that somebody can. */
public final class PrivateAddresses {
    private static final int IPV4_BYTES = 4;
    private static final int BYTE = 0xff;

    /** 64:ff9b::/96, by which IPv6 hosts reach IPv4 addresses (RFC 6052). */
    private static final byte[] NAT64 = {0, 0x64, (byte) 0xff, (byte) 0x9b, 0, 0, 0, 0, 0, 0, 0, 0};

    private PrivateAddresses() {}

    /**
     * @param address an address
     * @return whether it means a host here: private, shared (RFC 6598), unique local, link-local, loopback, reserved or multicast; also one
     *     that embeds such an IPv4 address
     */
    public static boolean has(InetAddress address) {
        if (address.isAnyLocalAddress()
                || address.isLoopbackAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()) {
            return true;
        }
        byte[] bytes = address.getAddress();
        return address instanceof Inet4Address ? isReserved(bytes) : isLocal(bytes);
    }

    /** 0.0.0.0/8, 100.64.0.0/10, 192.0.0.0/24 and 240.0.0.0/4 (RFC 6890). */
    private static boolean isReserved(byte[] ipv4) {
        int first = ipv4[0] & BYTE;
        int second = ipv4[1] & BYTE;
        return first == 0
                || first >= 240
                || first == 100 && second >> 6 == 1
                || first == 192 && second == 0 && ipv4[2] == 0;
    }

    /** Unique local (RFC 4193), or one of the forms that embed an IPv4 address. */
    private static boolean isLocal(byte[] ipv6) {
        if ((ipv6[0] & 0xfe) == 0xfc) {
            return true;
        }
        boolean isNat64 = Arrays.equals(NAT64, 0, NAT64.length, ipv6, 0, NAT64.length);
        if (isNat64) {
            return embeds(ipv6, NAT64.length);
        }
        boolean is6To4 = ipv6[0] == 0x20 && ipv6[1] == 2;
        // IPv4-mapped and IPv4-compatible addresses are never those of a host that a packet could reach.
        return is6To4
                ? embeds(ipv6, 2)
                : isZero(ipv6, 10) && (ipv6[10] == ipv6[11]) && (ipv6[10] == 0 || ipv6[10] == -1);
    }

    private static boolean isZero(byte[] bytes, int length) {
        return Arrays.equals(bytes, 0, length, new byte[length], 0, length);
    }

    private static boolean embeds(byte[] ipv6, int at) {
        try {
            return has(InetAddress.getByAddress(Arrays.copyOfRange(ipv6, at, at + IPV4_BYTES)));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
