package org.waymark.names;

import org.waymark.dns.DomainName;

/**
 * Which names are meant: one name, all names below it, or both.
 *
 * @param name the name
 * @param itself whether it is one of them
 * @param below whether those below it are
 */
public record NamePattern(DomainName name, boolean itself, boolean below) {
    /**
     * Reads {@code example.com}, which stands for the name and all names below it, or {@code *.example.com}, which stands for those below it
     * only.
     *
     * @throws IllegalArgumentException if it is neither; the message is for people
     */
    public static NamePattern parse(String text) {
        DomainName name = DomainName.parse(text);
        return name.isWildcard() ? new NamePattern(name.parent(), false, true) : new NamePattern(name, true, true);
    }

    /** As {@link #parse} reads it; one that stands for a name alone has an equals sign in front. */
    @Override
    public String toString() {
        return !itself ? "*." + name : (below ? "" : "=") + name;
    }
}
