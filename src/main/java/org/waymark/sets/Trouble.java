package org.waymark.sets;

import java.util.Optional;
import org.waymark.linux.Errno;

/** Why no addresses can be put into a set, in words, with the cure. */
final class Trouble {
    private static final int LARGE = 65_536;
    private static final String TYPES = "ipv4_addr, ipv6_addr, mark . ipv4_addr or mark . ipv6_addr";

    private Trouble() {}

    /** The set can't hold addresses. */
    static Optional<String> of(SetName name, SetDescription description) {
        return description.fault().map(fault -> "the set %s %s: %s, without the rules that name it (type %s)"
                .formatted(name, fault, replace(name, description.type().orElse(SetType.MARK_IPV4_ADDR), ""), TYPES));
    }

    /**
     * The kernel refuses to tell about the set, or to change it.
     *
     * @param type its type; null if it was never seen
     */
    static String of(SetName name, SetType type, Errno errno) {
        SetType wanted = type == null ? likely(name) : type;
        if (errno.equals(Errno.ENOENT)) {
            return "the set %s is not there: nft 'add table %s %s; %s' (type %s)"
                    .formatted(name, name.family(), name.table(), add(name, wanted, ""), TYPES);
        }
        if (errno.equals(Errno.ENFILE)) {
            return "the set %s is full: give it a larger size: %s, without the rules that name it"
                    .formatted(name, replace(name, wanted, " size " + LARGE + ";"));
        }
        if (errno.equals(Errno.ENOMEM)) {
            return "there is no room for more addresses of the set %s, because Waymark remembers %,d in all sets: let fewer be asked for"
                            .formatted(name, ElementWriter.MOST_ELEMENTS)
                    + " (queries-per-second in the policies), or name fewer names";
        }
        if (errno.equals(Errno.EPERM)) {
            return "the kernel does not let Waymark change the set %s: run it as root or with CAP_NET_ADMIN, and take a table that no other"
                            .formatted(name)
                    + " program owns";
        }
        return "the kernel refuses addresses for the set %s: %s".formatted(name, errno);
    }

    private static SetType likely(SetName name) {
        boolean isIpv6 = name.family() == TableFamily.IP6 || name.set().endsWith("6");
        return isIpv6 ? SetType.MARK_IPV6_ADDR : SetType.MARK_IPV4_ADDR;
    }

    private static String replace(SetName name, SetType type, String size) {
        return "nft 'delete set %s; %s'".formatted(name.forNft(), add(name, type, size));
    }

    private static String add(SetName name, SetType type, String size) {
        return "add set %s { type %s; flags timeout;%s }".formatted(name.forNft(), type, size);
    }
}
