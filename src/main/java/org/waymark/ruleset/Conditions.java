package org.waymark.ruleset;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.waymark.mark.MarkMask;

/**
 * The conditions of a rule and of the jumps that lead to it, all of which a packet must fulfil.
 *
 * @param all the conditions, in the order of the rules
 */
public record Conditions(List<Condition> all) {
    static final Conditions NONE = new Conditions(List.of());

    /** Makes the list immutable. */
    public Conditions {
        all = List.copyOf(all);
    }

    Conditions and(Conditions more) {
        List<Condition> both = new ArrayList<>(all);
        both.addAll(more.all);
        return new Conditions(both);
    }

    /**
     * @return whether the rule applies to every packet that gets to it
     */
    public boolean none() {
        return all.isEmpty();
    }

    /**
     * @return whether the rule applies only to packets without a mark, or without the bits that it looks at
     */
    public boolean packetMarkZero() {
        return about(Field.PACKET_MARK)
                .anyMatch(condition -> !condition.negated()
                        && condition.values().stream().map(MarkMask::parse).allMatch(pattern -> pattern.value() == 0));
    }

    /**
     * @return whether the rule applies only to packets that have some mark
     */
    public boolean packetMarkNotZero() {
        return !admitsPacketMark(0);
    }

    /**
     * @param mark a packet's mark
     * @return whether the rule may apply to packets with this mark
     */
    public boolean admitsPacketMark(int mark) {
        return about(Field.PACKET_MARK).allMatch(condition -> condition.admitsMark(mark));
    }

    /**
     * @param mark a connection's mark
     * @return whether the rule may apply to packets of connections with this mark
     */
    public boolean admitsConnectionMark(int mark) {
        return about(Field.CONNECTION_MARK).allMatch(condition -> condition.admitsMark(mark));
    }

    /**
     * @param port a source port
     * @return whether the rule may apply to packets from this port
     */
    public boolean admitsSourcePort(int port) {
        return about(Field.SOURCE_PORT).allMatch(condition -> condition.admitsPort(port));
    }

    /**
     * @param port a destination port
     * @return whether the rule may apply to packets to this port
     */
    public boolean admitsDestinationPort(int port) {
        return about(Field.DESTINATION_PORT).allMatch(condition -> condition.admitsPort(port));
    }

    /**
     * Whether packets with a value may get to the rule; for fields whose values are names, such as the protocol or the direction.
     *
     * @param field what the value is of
     * @param value the value
     * @return whether no condition about this field rules the value out
     */
    public boolean admits(Field field, String value) {
        return about(field).allMatch(condition -> condition.values().contains(value) != condition.negated());
    }

    /**
     * The values that the rule applies to. Sets and maps count with what is in them now.
     *
     * @param field what the values are of
     * @return the values; those that are excluded are left out
     */
    public List<String> values(Field field) {
        return about(field)
                .filter(condition -> !condition.negated())
                .flatMap(condition -> condition.values().stream())
                .toList();
    }

    private Stream<Condition> about(Field field) {
        return all.stream().filter(condition -> condition.field() == field);
    }
}
