package org.waymark.sets;

import java.net.InetAddress;
import java.util.List;

/**
 * Addresses that a client is about to learn.
 *
 * @param sets the sets that they go into; the type of each decides which of them it takes
 * @param mark the client's mark, for sets of marks and addresses
 * @param addresses the addresses
 * @param ttlSeconds how long the client may keep them, in seconds
 */
public record Addition(List<SetName> sets, int mark, List<InetAddress> addresses, int ttlSeconds) {
    public Addition {
        sets = List.copyOf(sets);
        addresses = List.copyOf(addresses);
    }
}
