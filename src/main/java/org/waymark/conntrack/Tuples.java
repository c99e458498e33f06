package org.waymark.conntrack;

import java.util.Arrays;
import org.waymark.linux.Endpoint;

/**
 * The connections of a burst, each of them once: a client that asks for A and AAAA at the same time may send both from
 * one port, and one look-up finds the mark of both. It is a hash table with open addressing, in arrays that are reused.
 */
final class Tuples {
    private static final byte FREE = 0;

    private final Endpoint[] locals;
    private final Endpoint[] peers;
    private final byte[] protocols;

    /** The hash table: a tuple's index + 1, or {@link #FREE}. */
    private final byte[] slots;

    private int count;

    /**
     * @param capacity how many tuples there may be; a power of two, at most 64
     */
    Tuples(int capacity) {
        locals = new Endpoint[capacity];
        peers = new Endpoint[capacity];
        protocols = new byte[capacity];
        slots = new byte[2 * capacity];
        Arrays.setAll(locals, i -> new Endpoint());
        Arrays.setAll(peers, i -> new Endpoint());
    }

    void clear() {
        count = 0;
        Arrays.fill(slots, FREE);
    }

    int count() {
        return count;
    }

    /**
     * Adds a tuple if it is new.
     *
     * @return the tuple's index
     */
    int add(byte protocol, Endpoint local, Endpoint peer) {
        int slot = slotOf(protocol, local, peer);
        if (slots[slot] != FREE) {
            return slots[slot] - 1;
        }
        int index = count++;
        protocols[index] = protocol;
        locals[index].set(local);
        peers[index].set(peer);
        slots[slot] = (byte) count;
        return index;
    }

    /** Where the tuple is, or the free slot where it belongs. */
    private int slotOf(byte protocol, Endpoint local, Endpoint peer) {
        int mask = slots.length - 1;
        int slot = (31 * peer.hashCode() + local.hashCode()) & mask;
        while (slots[slot] != FREE && !is(slots[slot] - 1, protocol, local, peer)) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private boolean is(int index, byte protocol, Endpoint local, Endpoint peer) {
        return protocols[index] == protocol && peers[index].equals(peer) && locals[index].equals(local);
    }

    byte protocol(int index) {
        return protocols[index];
    }

    Endpoint local(int index) {
        return locals[index];
    }

    Endpoint peer(int index) {
        return peers[index];
    }
}
