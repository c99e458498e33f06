package org.waymark.ruleset;

import java.util.Optional;
import java.util.OptionalInt;
import org.waymark.mark.MarkMask;

/** What a rule does to a packet or its connection, as far as it matters to marks. */
public sealed interface Effect {
    /**
     * The packet's mark becomes the connection's: packet = packet and not packetMask, xor connection and connectionMask.
     *
     * @param packetMask the bits of the packet's mark that are replaced (nfmask)
     * @param connectionMask the bits of the connection's mark that are taken (ctmask)
     */
    record Restore(int packetMask, int connectionMask) implements Effect {}

    /**
     * The connection's mark becomes the packet's: connection = connection and not connectionMask, xor packet and packetMask.
     *
     * @param packetMask the bits of the packet's mark that are taken (nfmask)
     * @param connectionMask the bits of the connection's mark that are replaced (ctmask)
     */
    record Save(int packetMask, int connectionMask) implements Effect {}

    /**
     * The packet's mark changes.
     *
     * @param change how, if it is the same for all packets; empty if it comes from a map, a number generator or the like
     */
    record SetPacketMark(Optional<MarkMask> change) implements Effect {}

    /**
     * The connection's mark changes.
     *
     * @param change how, if it is the same for all packets; empty if it comes from a map, a number generator or the like
     */
    record SetConnectionMark(Optional<MarkMask> change) implements Effect {}

    /** Conntrack does not know the packet: it has no connection, and so no connection mark. */
    record NoTrack() implements Effect {}

    /**
     * The connection belongs to a zone of conntrack.
     *
     * @param number the zone, if it is the same for all packets
     * @param direction the direction that is in the zone: {@code original}, {@code reply} or {@code both}
     */
    record Zone(OptionalInt number, String direction) implements Effect {}

    /** The packet is dropped or rejected. */
    record Drop() implements Effect {}

    /**
     * The packet goes to the host itself.
     *
     * @param port the port or ports, as the tool shows them; empty for the packet's own
     */
    record Redirect(String port) implements Effect {}

    /**
     * The packet goes to another destination.
     *
     * @param destination address, port or both, as the tool shows them
     */
    record Dnat(String destination) implements Effect {}

    /** The packet leaves with the address of the interface. */
    record Masquerade() implements Effect {}

    /**
     * The packet leaves with another source.
     *
     * @param source address, port or both, as the tool shows them
     */
    record Snat(String source) implements Effect {}

    /** No further rule reached by this base chain sees the packet. */
    record Accept() implements Effect {}

    /** No further rule of this chain sees the packet; in a base chain its policy decides. */
    record Return() implements Effect {}
}
