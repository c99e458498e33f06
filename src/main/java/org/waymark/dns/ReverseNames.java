package org.waymark.dns;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** The names below {@code in-addr.arpa} and {@code ip6.arpa} that represent addresses (RFC 1035 section 3.5, RFC 3596). */
public final class ReverseNames {
    private static final int IPV4_BYTES = 4;
    private static final int NIBBLE_BITS = 4;
    private static final int NIBBLE = 0xf;

    private ReverseNames() {}

    /** The name of an address: {@code 1.2.0.192.in-addr.arpa} for 192.0.2.1. */
    public static DomainName of(InetAddress address) {
        return zonesOf(address, address.getAddress().length * Byte.SIZE).get(0);
    }

    /**
     * The zones that together hold exactly the names of a network's addresses. There is one zone if the prefix ends at
     * a label, after a multiple of 8 bits (IPv6: 4). Otherwise there are up to 128 (IPv6: 8), one for each value of the
     * last label: for 172.16.0.0/12 {@code 16.172.in-addr.arpa} to {@code 31.172.in-addr.arpa}.
     *
     * @param network the network's address, with all host bits zero
     * @param prefixLength the length of its prefix in bits, 0 to 32 (IPv6: 128)
     */
    public static List<DomainName> zonesOf(InetAddress network, int prefixLength) {
        byte[] bytes = network.getAddress();
        boolean ipv4 = bytes.length == IPV4_BYTES;
        int labelBits = ipv4 ? Byte.SIZE : NIBBLE_BITS;
        int labels = (prefixLength + labelBits - 1) / labelBits;
        String zone = ipv4 ? "in-addr.arpa" : "ip6.arpa";
        if (labels == 0) {
            return List.of(DomainName.parse(zone));
        }
        for (int i = 0; i < labels - 1; i++) {
            zone = label(bytes, i, ipv4) + "." + zone;
        }
        int first = numberAt(bytes, labels - 1, ipv4);
        int count = 1 << labels * labelBits - prefixLength;
        List<DomainName> zones = new ArrayList<>(count);
        for (int number = first; number < first + count; number++) {
            zones.add(DomainName.parse(text(number, ipv4) + "." + zone));
        }
        return zones;
    }

    private static String label(byte[] address, int index, boolean ipv4) {
        return text(numberAt(address, index, ipv4), ipv4);
    }

    private static String text(int number, boolean ipv4) {
        return Integer.toString(number, ipv4 ? 10 : 16);
    }

    private static int numberAt(byte[] address, int index, boolean ipv4) {
        if (ipv4) {
            return Byte.toUnsignedInt(address[index]);
        }
        int octet = Byte.toUnsignedInt(address[index / 2]);
        return index % 2 == 0 ? octet >> NIBBLE_BITS : octet & NIBBLE;
    }
}
