package org.waymark.ruleset;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Understands what statements of nft do. */
final class NftEffects {
    private NftEffects() {}

    /** The effects of a statement that is neither a match nor a jump. */
    static List<Effect> of(String kind, Object statement) {
        return switch (kind) {
            case "mangle" ->
                mangle(Json.object(statement).get("key"), Json.object(statement).get("value"));
            case "notrack" -> List.of(new Effect.NoTrack());
            case "drop", "reject" -> List.of(new Effect.Drop());
            case "accept" -> List.of(new Effect.Accept());
            case "return" -> List.of(new Effect.Return());
            case "masquerade" -> List.of(new Effect.Masquerade());
            case "redirect", "tproxy" ->
                List.of(new Effect.Redirect(
                        Json.member(statement, "port").map(Json::words).orElse("")));
            case "dnat" -> List.of(new Effect.Dnat(target(statement)));
            case "snat" -> List.of(new Effect.Snat(target(statement)));
            default -> List.of();
        };
    }

    private static List<Effect> mangle(Object key, Object value) {
        String connectionKey =
                Json.member(key, "ct").map(ct -> Json.text(ct, "key")).orElse("");
        if (NftSubject.of(key).field().equals(Optional.of(Field.PACKET_MARK))) {
            return MarkBits.of(value)
                    .map(MarkBits::toPacket)
                    .orElseGet(() -> List.of(new Effect.SetPacketMark(Optional.empty())));
        } else if (connectionKey.equals("mark")) {
            return MarkBits.of(value)
                    .map(MarkBits::toConnection)
                    .orElseGet(() -> List.of(new Effect.SetConnectionMark(Optional.empty())));
        } else if (connectionKey.equals("zone")) {
            OptionalInt number = value instanceof Number zone ? OptionalInt.of(zone.intValue()) : OptionalInt.empty();
            String direction = Json.text(Json.object(key).get("ct"), "dir");
            return List.of(new Effect.Zone(number, direction.isEmpty() ? "both" : direction));
        }
        return List.of();
    }

    /** As iptables writes it: {@code 192.0.2.1:53}. */
    private static String target(Object statement) {
        String address = Json.member(statement, "addr").map(Json::words).orElse("");
        String port = Json.member(statement, "port").map(Json::words).orElse("");
        if (port.isEmpty()) {
            return address;
        }
        return (address.contains(":") ? "[" + address + "]" : address) + ":" + port;
    }
}
