package org.waymark.cache;

import java.time.Duration;

/**
 * An answer in the cache, for people.
 *
 * @param group the number of its group of servers, as {@link Views} has it
 * @param mark the outgoing mark, as far as marks differ
 * @param name the name that was asked for, in wire form
 * @param type the type that was asked for
 * @param dnsClass the class that was asked for
 * @param variant of the query, as {@link org.waymark.dns.Variant} describes it
 * @param rcode 0 to 15
 * @param age how long ago it came
 * @param life how long it is fresh
 * @param length of the answer in bytes
 */
public record Kept(
        int group,
        int mark,
        byte[] name,
        int type,
        int dnsClass,
        int variant,
        int rcode,
        Duration age,
        Duration life,
        int length) {
    /**
     * @return for how long it is still fresh; negative if it is stale
     */
    public Duration left() {
        return life.minus(age);
    }

    /**
     * @return whether it is too old, and would serve only if no server answers
     */
    public boolean isStale() {
        return age.compareTo(life) >= 0;
    }
}
