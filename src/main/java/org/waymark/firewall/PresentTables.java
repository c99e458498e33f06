package org.waymark.firewall;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.waymark.linux.Attributes;
import org.waymark.linux.LinuxException;
import org.waymark.linux.NetfilterRequests;
import org.waymark.linux.NetlinkSocket;

/** Reads the tables and chains in nftables: those that Waymark's own chains must allow for, and those that a killed process has left. */
final class PresentTables implements AutoCloseable {
    private static final int REQUEST_BYTES = 64;

    /** The most that the kernel puts into one answer. */
    private static final int ANSWER_BYTES = 1 << 15;

    private static final int ANSWERS = 4;
    private static final int RECEIVE_BUFFER = 1 << 18;

    private static final int NFT_MSG_GETTABLE = Transaction.NFTABLES | 1;
    private static final int NFT_MSG_GETCHAIN = Transaction.NFTABLES | 4;
    private static final int NFTA_TABLE_OWNER = 7;

    private static final int NFPROTO_INET = 1;

    private static final Pattern OF_WAYMARK = Pattern.compile("waymark-\\d+(-late)?");

    private final NetlinkSocket netlink;
    private final NetfilterRequests requests;
    private final Attributes attributes;

    private PresentTables(NetlinkSocket netlink) {
        this.netlink = netlink;
        this.requests = new NetfilterRequests(netlink.requests());
        this.attributes = new Attributes(netlink.answers());
    }

    static PresentTables open() throws LinuxException {
        return new PresentTables(NetlinkSocket.open(REQUEST_BYTES, ANSWERS, ANSWER_BYTES, RECEIVE_BUFFER));
    }

    /** The names of the tables that an earlier Waymark has left and that nobody owns any more, for each IP version. */
    Map<Family, Set<String>> orphans() throws LinuxException {
        Map<Family, Set<String>> orphans = new EnumMap<>(Family.class);
        for (Family family : Family.values()) {
            Set<String> names = new TreeSet<>();
            netlink.dump(request(NFT_MSG_GETTABLE, family.protocol), (message, end) -> {
                int start = message + Attributes.START;
                String name = attributes.text(attributes.find(Transaction.NFTA_TABLE_NAME, start, end));
                int flags = attributes.int32(attributes.find(Transaction.NFTA_TABLE_FLAGS, start, end));
                if (OF_WAYMARK.matcher(name).matches()
                        && (flags & MarkTable.NFT_TABLE_F_PERSIST) != 0
                        && attributes.find(NFTA_TABLE_OWNER, start, end) == Attributes.NONE) {
                    names.add(name);
                }
            });
            orphans.put(family, names);
        }
        return orphans;
    }

    /**
     * Finds another program's chain that may see packets after Waymark's last one: among chains of equal priority, the one that was
     * registered first comes last.
     *
     * @return the name of its table, if there is one
     */
    Optional<String> tableWithALastChain() throws LinuxException {
        Set<String> tables = new TreeSet<>();
        for (int family : new int[] {NFPROTO_INET, Family.IPV4.protocol, Family.IPV6.protocol}) {
            netlink.dump(request(NFT_MSG_GETCHAIN, family), (message, end) -> {
                int start = message + Attributes.START;
                String table = attributes.text(attributes.find(Transaction.NFTA_CHAIN_TABLE, start, end));
                if (isLast(attributes.find(Transaction.NFTA_CHAIN_HOOK, start, end))
                        && !OF_WAYMARK.matcher(table).matches()) {
                    tables.add(table);
                }
            });
        }
        return tables.stream().findFirst();
    }

    private boolean isLast(int hook) {
        if (hook == Attributes.NONE) {
            return false;
        }
        int end = attributes.end(hook);
        return attributes.int32(attributes.find(Transaction.NFTA_HOOK_HOOKNUM, hook, end))
                        == Transaction.NF_INET_LOCAL_IN
                && attributes.int32(attributes.find(Transaction.NFTA_HOOK_PRIORITY, hook, end)) == Integer.MAX_VALUE;
    }

    private int request(int type, int family) {
        requests.clear();
        requests.begin(type, NetfilterRequests.NLM_F_REQUEST | NetfilterRequests.NLM_F_DUMP, 0, family, 0);
        requests.end();
        return requests.length();
    }

    @Override
    public void close() {
        netlink.close();
    }
}
