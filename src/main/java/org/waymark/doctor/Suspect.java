package org.waymark.doctor;

import org.waymark.ruleset.Effect;
import org.waymark.ruleset.HostRule;

/** A rule that explains what was seen. */
record Suspect(HostRule rule) {
    /** For the end of a sentence. */
    String by() {
        return ": " + rule.program().map(program -> program + "'s rule, ").orElse("") + rule.place() + ": "
                + rule.text();
    }

    Cure removal() {
        return Cure.run(rule.deletion());
    }

    /** The bits of the packet's mark that it changes; all, if that depends on the packet. */
    int bits() {
        return rule.effect() instanceof Effect.SetPacketMark set
                ? set.change().map(change -> change.mask() | change.value()).orElse(-1)
                : -1;
    }
}
