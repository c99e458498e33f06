package org.waymark.ruleset;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.waymark.programs.IpVersion;

/**
 * What an expression of nft looks at.
 *
 * @param field the field, if it is one that is understood
 * @param versions the versions of IP whose packets have it
 * @param implied what holds for every packet that has it
 */
record NftSubject(Optional<Field> field, Set<IpVersion> versions, List<Condition> implied) {
    static final Set<IpVersion> BOTH = Set.of(IpVersion.values());

    private static final Map<String, Field> META = Map.of(
            "mark", Field.PACKET_MARK,
            "l4proto", Field.PROTOCOL,
            "iif", Field.INPUT_INTERFACE,
            "iifname", Field.INPUT_INTERFACE,
            "oif", Field.OUTPUT_INTERFACE,
            "oifname", Field.OUTPUT_INTERFACE,
            "skuid", Field.USER);

    private static final Map<String, Field> CONNECTION =
            Map.of("mark", Field.CONNECTION_MARK, "direction", Field.DIRECTION, "state", Field.STATE);

    private static final Map<String, Field> PAYLOAD = Map.ofEntries(
            Map.entry("ip saddr", Field.SOURCE),
            Map.entry("ip daddr", Field.DESTINATION),
            Map.entry("ip protocol", Field.PROTOCOL),
            Map.entry("ip6 saddr", Field.SOURCE),
            Map.entry("ip6 daddr", Field.DESTINATION),
            Map.entry("ip6 nexthdr", Field.PROTOCOL),
            Map.entry("ether saddr", Field.SOURCE_MAC),
            Map.entry("th sport", Field.SOURCE_PORT),
            Map.entry("th dport", Field.DESTINATION_PORT));

    /** Protocols with ports at the same place, for which nft has names of their own. */
    private static final Set<String> WITH_PORTS = Set.of("udp", "tcp", "sctp", "dccp", "udplite");

    static NftSubject of(Object expression) {
        Object inner = Json.object(expression).get(Json.kind(expression));
        return switch (Json.kind(expression)) {
            case "meta" -> plain(META.get(Json.text(inner, "key")));
            case "ct" -> plain(Json.object(inner).containsKey("dir") ? null : CONNECTION.get(Json.text(inner, "key")));
            case "payload" -> payload(Json.text(inner, "protocol"), Json.text(inner, "field"));
            default -> plain(null);
        };
    }

    private static NftSubject plain(Field field) {
        return new NftSubject(Optional.ofNullable(field), BOTH, List.of());
    }

    private static NftSubject payload(String protocol, String name) {
        boolean hasPorts = WITH_PORTS.contains(protocol);
        Field field = PAYLOAD.get((hasPorts ? "th" : protocol) + " " + name);
        Set<IpVersion> versions =
                switch (protocol) {
                    case "ip" -> Set.of(IpVersion.IPV4);
                    case "ip6" -> Set.of(IpVersion.IPV6);
                    default -> BOTH;
                };
        List<Condition> implied = hasPorts ? List.of(Condition.is(Field.PROTOCOL, protocol)) : List.of();
        return new NftSubject(Optional.ofNullable(field), versions, implied);
    }
}
