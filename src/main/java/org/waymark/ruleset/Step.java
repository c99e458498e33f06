package org.waymark.ruleset;

import java.util.Optional;
import java.util.Set;
import org.waymark.programs.IpVersion;

/**
 * One thing that a rule does: it has an effect, or leads into another chain.
 *
 * @param versions the versions of IP for which it does so
 * @param conditions for which packets it does so
 * @param effect the effect, or none
 * @param into the chain of the same table that the packet enters, or none
 */
record Step(Set<IpVersion> versions, Conditions conditions, Optional<Effect> effect, Optional<String> into) {
    static Step of(Set<IpVersion> versions, Conditions conditions, Effect effect) {
        return new Step(versions, conditions, Optional.of(effect), Optional.empty());
    }

    static Step into(Set<IpVersion> versions, Conditions conditions, String chain) {
        return new Step(versions, conditions, Optional.empty(), Optional.of(chain));
    }
}
