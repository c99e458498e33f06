package org.waymark.cache;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Gives each group of servers a number, by which the views of its queries are told apart. As soon as a group has other servers, or marks
 * differ in other bits, it gets a new number, and what was kept under the former one is not found any more: other servers may answer
 * otherwise.
 */
public final class Views {
    /**
     * A group of servers.
     *
     * @param name of the group
     * @param servers what its answers depend on
     * @param shareMask the bits in which the marks of queries that share no answers differ
     * @param number that tells it apart from all others
     */
    record Group(String name, String servers, int shareMask, int number) {}

    private final Map<String, Group> groups = new HashMap<>();
    private int last;

    /**
     * @param name of the group
     * @param servers what its answers depend on
     * @param shareMask the bits in which the marks of queries that share no answers differ
     * @return the number of the group
     */
    public synchronized int number(String name, String servers, int shareMask) {
        Group present = groups.get(name);
        if (present == null || present.shareMask != shareMask || !present.servers.equals(servers)) {
            present = new Group(name, servers, shareMask, ++last);
            groups.put(name, present);
        }
        return present.number;
    }

    /** Forgets all other groups. */
    public synchronized void keepOnly(Set<String> names) {
        groups.keySet().retainAll(names);
    }

    /** All groups. */
    synchronized List<Group> inForce() {
        return List.copyOf(groups.values());
    }

    /**
     * @param number a group's number
     * @return the name of the group, or null if the number is not in use any more
     */
    public synchronized String nameOf(int number) {
        return groups.entrySet().stream()
                .filter(group -> group.getValue().number == number)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(null);
    }

    /**
     * @param group a group's number
     * @param sharedMark the outgoing mark, as far as marks differ
     * @return the view
     */
    public static long view(int group, int sharedMark) {
        return (long) group << Integer.SIZE | Integer.toUnsignedLong(sharedMark);
    }

    static int group(long view) {
        return (int) (view >>> Integer.SIZE);
    }

    static int mark(long view) {
        return (int) view;
    }
}
