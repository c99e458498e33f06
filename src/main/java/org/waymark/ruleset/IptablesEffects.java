package org.waymark.ruleset;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.waymark.mark.Mark;
import org.waymark.mark.MarkMask;

/** Understands the targets of iptables, see iptables-extensions(8). */
final class IptablesEffects {
    private static final String ALL_BITS = "0xffffffff";

    private IptablesEffects() {}

    static List<Effect> of(IptablesRule rule) {
        Map<String, String> options = new TreeMap<>();
        rule.targetOptions().forEach(option -> options.put(option.name(), option.value()));
        return switch (rule.target()) {
            case "ACCEPT" -> List.of(new Effect.Accept());
            case "RETURN" -> List.of(new Effect.Return());
            case "DROP", "REJECT" -> List.of(new Effect.Drop());
            case "NOTRACK" -> List.of(new Effect.NoTrack());
            case "MASQUERADE" -> List.of(new Effect.Masquerade());
            case "REDIRECT" -> List.of(new Effect.Redirect(options.getOrDefault("--to-ports", "")));
            case "DNAT" -> List.of(new Effect.Dnat(options.getOrDefault("--to-destination", "")));
            case "SNAT" -> List.of(new Effect.Snat(options.getOrDefault("--to-source", "")));
            case "MARK" -> List.of(new Effect.SetPacketMark(change(options)));
            case "HMARK" -> List.of(new Effect.SetPacketMark(Optional.empty()));
            case "CONNMARK" -> List.of(connmark(options));
            case "CT" -> conntrack(options);
            case "TPROXY" -> transparentProxy(options);
            default -> List.of();
        };
    }

    private static Effect connmark(Map<String, String> options) {
        String mask = options.getOrDefault("--mask", ALL_BITS);
        int packetMask = Mark.parse(options.getOrDefault("--nfmask", mask));
        int connectionMask = Mark.parse(options.getOrDefault("--ctmask", mask));
        if (options.containsKey("--restore-mark")) {
            return new Effect.Restore(packetMask, connectionMask);
        } else if (options.containsKey("--save-mark")) {
            return new Effect.Save(packetMask, connectionMask);
        }
        return new Effect.SetConnectionMark(change(options));
    }

    private static Optional<MarkMask> change(Map<String, String> options) {
        return options.entrySet().stream()
                .flatMap(option -> change(option.getKey(), option.getValue()).stream())
                .findFirst();
    }

    private static Optional<MarkMask> change(String option, String text) {
        return Optional.ofNullable(
                switch (option) {
                    case "--set-xmark" -> MarkMask.parse(text);
                    case "--set-mark" -> set(MarkMask.parse(text));
                    case "--or-mark" -> new MarkMask(Mark.parse(text), Mark.parse(text));
                    case "--and-mark" -> new MarkMask(0, ~Mark.parse(text));
                    case "--xor-mark" -> new MarkMask(Mark.parse(text), 0);
                    default -> null;
                });
    }

    private static MarkMask set(MarkMask given) {
        return new MarkMask(given.value(), given.mask() | given.value());
    }

    private static List<Effect> conntrack(Map<String, String> options) {
        List<Effect> effects = new ArrayList<>();
        options.forEach((option, value) -> {
            switch (option) {
                case "--notrack" -> effects.add(new Effect.NoTrack());
                case "--zone" -> effects.add(new Effect.Zone(number(value), "both"));
                case "--zone-orig" -> effects.add(new Effect.Zone(number(value), "original"));
                case "--zone-reply" -> effects.add(new Effect.Zone(number(value), "reply"));
                default -> {}
            }
        });
        return effects;
    }

    /** A zone may also be {@code mark}: the packet's. */
    private static OptionalInt number(String zone) {
        return zone.equals("mark") ? OptionalInt.empty() : OptionalInt.of(Integer.decode(zone));
    }

    private static List<Effect> transparentProxy(Map<String, String> options) {
        return List.of(
                new Effect.SetPacketMark(Optional.of(MarkMask.parse(options.getOrDefault("--tproxy-mark", "0/0")))),
                new Effect.Redirect(options.getOrDefault("--on-port", "")));
    }
}
