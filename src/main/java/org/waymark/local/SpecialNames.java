package org.waymark.local;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.waymark.dns.DomainName;
import org.waymark.dns.NameTable;
import org.waymark.dns.ResourceRecord;
import org.waymark.dns.ReverseNames;

/**
 * The names with a special use (the registry of RFC 6761) that a forwarder must not send to the public DNS, each as its
 * RFC requires, and the reverse zones that IANA lists as locally served (RFC 6303 section 4).
 */
final class SpecialNames {
    private static final int LOOPBACK_TTL = 10_800;
    private static final DomainName LOCALHOST = DomainName.parse("localhost");
    private static final InetAddress LOOPBACK_4 = address(127, 0, 0, 1);
    private static final InetAddress LOOPBACK_6 = address(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);

    /** RFC 6761 section 6.4, RFC 7686, RFC 9476, RFC 6762 section 22.1. */
    private static final List<String> DENIED = List.of("invalid", "onion", "alt", "local");

    private static final List<String> EMPTY = Stream.concat(
                    Stream.of(
                            "home.arpa", // RFC 8375
                            "10.in-addr.arpa", // RFC 1918
                            "168.192.in-addr.arpa",
                            "0.in-addr.arpa", // RFC 6303 section 4.2, and so on
                            "127.in-addr.arpa",
                            "254.169.in-addr.arpa",
                            "2.0.192.in-addr.arpa",
                            "100.51.198.in-addr.arpa",
                            "113.0.203.in-addr.arpa",
                            "255.255.255.255.in-addr.arpa",
                            "0.".repeat(32) + "ip6.arpa",
                            "d.f.ip6.arpa",
                            "8.e.f.ip6.arpa",
                            "9.e.f.ip6.arpa",
                            "a.e.f.ip6.arpa",
                            "b.e.f.ip6.arpa",
                            "8.b.d.0.1.0.0.2.ip6.arpa"),
                    Stream.concat(
                            IntStream.range(16, 32).mapToObj(i -> i + ".172.in-addr.arpa"), // RFC 1918
                            IntStream.range(64, 128).mapToObj(i -> i + ".100.in-addr.arpa"))) // RFC 7793
            .toList();

    private SpecialNames() {}

    /**
     * @param routed the domains that are routed to servers on purpose: names that they cover are not special
     */
    static NameTable<SpecialZone> except(Collection<DomainName> routed) {
        Map<DomainName, SpecialZone> zones = new HashMap<>();
        all().filter(zone -> routed.stream().noneMatch(domain -> domain.covers(zone.apex())))
                .forEach(zone -> zones.put(zone.apex(), zone));
        routed.forEach(domain -> zones.put(domain, SpecialZone.NONE));
        return new NameTable<>(zones);
    }

    private static Stream<SpecialZone> all() {
        // RFC 6761 section 6.3, and the reverse names of the loopback addresses.
        Stream<SpecialZone> loopback = Stream.of(
                SpecialZone.uniform(
                        LOCALHOST,
                        ResourceRecord.address(LOOPBACK_4, LOOPBACK_TTL),
                        ResourceRecord.address(LOOPBACK_6, LOOPBACK_TTL)),
                pointer(LOOPBACK_4),
                pointer(LOOPBACK_6));
        Stream<SpecialZone> denied = DENIED.stream().map(DomainName::parse).map(SpecialZone::denied);
        Stream<SpecialZone> empty = EMPTY.stream().map(DomainName::parse).map(SpecialZone::empty);
        // RFC 9462 section 4: the names exist without records, which says that there is no encrypted resolver here.
        SpecialZone resolver = SpecialZone.bare(DomainName.parse("resolver.arpa"));
        return Stream.of(loopback, denied, empty, Stream.of(resolver)).flatMap(zones -> zones);
    }

    private static SpecialZone pointer(InetAddress loopback) {
        return SpecialZone.single(
                ReverseNames.of(loopback), ResourceRecord.name(ResourceRecord.PTR, LOCALHOST, LOOPBACK_TTL));
    }

    private static InetAddress address(int... octets) {
        byte[] bytes = new byte[octets.length];
        for (int i = 0; i < octets.length; i++) {
            bytes[i] = (byte) octets[i];
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError("an address has the length of an address", e);
        }
    }
}
