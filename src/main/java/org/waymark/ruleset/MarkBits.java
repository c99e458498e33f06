package org.waymark.ruleset;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.waymark.mark.MarkMask;

/**
 * A mark that nft computes: packet mark and packetMask, xor connection mark and connectionMask, xor constant. Every combination of AND, OR
 * and XOR with constants can be written so.
 *
 * @param packetMask the bits that come from the packet's mark
 * @param connectionMask the bits that come from the connection's mark
 * @param constant the bits that are turned over
 */
record MarkBits(int packetMask, int connectionMask, int constant) {
    private static final int ALL_BITS = 0xffff_ffff;

    /** Understands an expression; empty if it depends on anything but marks and constants. */
    static Optional<MarkBits> of(Object expression) {
        if (expression instanceof Number number) {
            return Optional.of(new MarkBits(0, 0, number.intValue()));
        }
        String kind = Json.kind(expression);
        Object inner = Json.object(expression).get(kind);
        boolean mark = Json.text(inner, "key").equals("mark");
        return switch (kind) {
            case "meta" -> mark ? Optional.of(new MarkBits(ALL_BITS, 0, 0)) : Optional.empty();
            case "ct" -> mark ? Optional.of(new MarkBits(0, ALL_BITS, 0)) : Optional.empty();
            case "&", "|", "^" ->
                Json.list(inner).stream()
                        .map(MarkBits::of)
                        .reduce((left, right) -> combine(kind, left, right))
                        .flatMap(result -> result);
            default -> Optional.empty();
        };
    }

    private static Optional<MarkBits> combine(String operator, Optional<MarkBits> left, Optional<MarkBits> right) {
        if (left.isEmpty() || right.isEmpty()) {
            return Optional.empty();
        }
        MarkBits a = left.get().isConstant() ? right.get() : left.get();
        MarkBits b = left.get().isConstant() ? left.get() : right.get();
        return switch (operator) {
            case "&" -> b.isConstant() ? Optional.of(a.and(b.constant)) : Optional.empty();
            case "^" -> a.xor(b);
            default -> b.isConstant() ? a.and(~b.constant).xor(b) : a.overlaps(b) ? Optional.empty() : a.xor(b);
        };
    }

    private boolean isConstant() {
        return packetMask == 0 && connectionMask == 0;
    }

    private MarkBits and(int mask) {
        return new MarkBits(packetMask & mask, connectionMask & mask, constant & mask);
    }

    /** Empty if both have bits of the same mark, which nft can't write anyway. */
    private Optional<MarkBits> xor(MarkBits other) {
        boolean sameMark = (packetMask & other.packetMask) != 0 || (connectionMask & other.connectionMask) != 0;
        return sameMark
                ? Optional.empty()
                : Optional.of(new MarkBits(
                        packetMask | other.packetMask,
                        connectionMask | other.connectionMask,
                        constant ^ other.constant));
    }

    private boolean overlaps(MarkBits other) {
        return ((packetMask | connectionMask | constant) & (other.packetMask | other.connectionMask | other.constant))
                != 0;
    }

    /** What it means to give this mark to the packet. */
    List<Effect> toPacket() {
        return effects(
                connectionMask != 0,
                packetMask,
                new Effect.Restore(~packetMask, connectionMask),
                new Effect.SetPacketMark(change(connectionMask != 0, packetMask)));
    }

    /** What it means to give this mark to the connection. */
    List<Effect> toConnection() {
        return effects(
                packetMask != 0,
                connectionMask,
                new Effect.Save(packetMask, ~connectionMask),
                new Effect.SetConnectionMark(change(packetMask != 0, connectionMask)));
    }

    private Optional<MarkMask> change(boolean afterOther, int kept) {
        return Optional.of(new MarkMask(constant, afterOther ? 0 : ~kept));
    }

    private List<Effect> effects(boolean fromOther, int kept, Effect fromOtherMark, Effect set) {
        List<Effect> effects = new ArrayList<>();
        if (fromOther) {
            effects.add(fromOtherMark);
        }
        if (constant != 0 || (!fromOther && kept != ALL_BITS)) {
            effects.add(set);
        }
        return effects;
    }
}
