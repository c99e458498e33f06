package org.waymark.ruleset;

import java.util.List;
import java.util.stream.Collectors;

/** Rules as short texts, so that what is expected can be read at a glance. */
final class Described {
    private Described() {}

    static String effects(List<HostRule> rules) {
        return rules.stream()
                .map(rule -> effect(rule.effect()) + versions(rule) + conditions(rule.conditions()) + "\n")
                .collect(Collectors.joining());
    }

    static String textsAndEffects(List<HostRule> rules) {
        return rules.stream()
                .map(rule -> rule.text() + "\n    " + effects(List.of(rule)))
                .collect(Collectors.joining());
    }

    private static String effect(Effect effect) {
        if (effect instanceof Effect.Restore restore) {
            return "restore " + Integer.toHexString(restore.packetMask()) + " from "
                    + Integer.toHexString(restore.connectionMask());
        } else if (effect instanceof Effect.Save save) {
            return "save " + Integer.toHexString(save.connectionMask()) + " from "
                    + Integer.toHexString(save.packetMask());
        } else if (effect instanceof Effect.SetPacketMark set) {
            return "packet " + set.change().map(Object::toString).orElse("by map");
        } else if (effect instanceof Effect.SetConnectionMark set) {
            return "connection " + set.change().map(Object::toString).orElse("by map");
        }
        return effect.toString();
    }

    private static String versions(HostRule rule) {
        return rule.versions().size() == 1 ? " " + rule.versions().iterator().next() : "";
    }

    private static String conditions(Conditions conditions) {
        return conditions.all().stream()
                .map(one -> " if " + one.field() + (one.negated() ? " not " : " ") + String.join(",", one.values()))
                .collect(Collectors.joining());
    }
}
