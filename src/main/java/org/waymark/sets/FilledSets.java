package org.waymark.sets;

import java.util.List;

/**
 * The sets that the addresses of some names go into.
 *
 * @param names the sets; each address goes into all that take its kind
 * @param takePrivate whether private addresses do, too, with which somebody outside could open a way into the networks here (DNS rebinding)
 */
public record FilledSets(List<SetName> names, boolean takePrivate) {
    public FilledSets {
        names = List.copyOf(names);
    }
}
