package org.waymark.ruleset;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.waymark.mark.MarkMask;

/** Understands the conditions of iptables. */
final class IptablesConditions {
    /** Modules that are no condition without options: {@code -p} names the protocol, and a comment is for people. */
    private static final Set<String> NO_CONDITION = Set.of("tcp", "udp", "comment");

    private final Ipsets ipsets;

    IptablesConditions(Ipsets ipsets) {
        this.ipsets = ipsets;
    }

    Conditions of(IptablesRule rule) {
        List<Condition> conditions = new ArrayList<>();
        for (IptablesRule.Option option : rule.matches()) {
            boolean none = option.name().equals("--comment")
                    || (option.name().equals("-m") && NO_CONDITION.contains(option.value()));
            if (!none) {
                conditions.add(understood(option).orElseGet(() -> Condition.is(Field.OTHER, option.toString())));
            }
        }
        return new Conditions(conditions);
    }

    private Optional<Condition> understood(IptablesRule.Option option) {
        if (option.name().equals("--match-set")) {
            return ipsets.condition(option);
        }
        return field(option).map(field -> new Condition(field, option.negated(), values(field, option.value())));
    }

    private static Optional<Field> field(IptablesRule.Option option) {
        return Optional.ofNullable(
                switch (option.name()) {
                    case "-s", "--src-range" -> Field.SOURCE;
                    case "-d", "--dst-range" -> Field.DESTINATION;
                    case "-i" -> Field.INPUT_INTERFACE;
                    case "-o" -> Field.OUTPUT_INTERFACE;
                    case "-p" -> Field.PROTOCOL;
                    case "--sport", "--sports" -> Field.SOURCE_PORT;
                    case "--dport", "--dports" -> Field.DESTINATION_PORT;
                    case "--mark" -> markOf(option.module());
                    case "--ctdir" -> Field.DIRECTION;
                    case "--ctstate", "--state" -> Field.STATE;
                    case "--mac-source" -> Field.SOURCE_MAC;
                    case "--uid-owner" -> Field.USER;
                    default -> null;
                });
    }

    private static Field markOf(String module) {
        return switch (module) {
            case "mark" -> Field.PACKET_MARK;
            case "connmark" -> Field.CONNECTION_MARK;
            default -> null;
        };
    }

    private static List<String> values(Field field, String text) {
        return switch (field) {
            case PACKET_MARK, CONNECTION_MARK -> List.of(MarkMask.parse(text).toString());
            case SOURCE, DESTINATION -> List.of(text.replaceFirst("/(32|128)$", ""));
            case SOURCE_PORT, DESTINATION_PORT -> List.of(text.replace(':', '-').split(","));
            case INPUT_INTERFACE, OUTPUT_INTERFACE -> List.of(text.replaceFirst("\\+$", "*"));
            case DIRECTION, STATE, SOURCE_MAC ->
                List.of(text.toLowerCase(Locale.ROOT).split(","));
            case PROTOCOL, USER, OTHER -> List.of(text);
        };
    }
}
