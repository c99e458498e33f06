package org.waymark.firewall;

import java.util.Collection;
import org.waymark.linux.LinuxException;
import org.waymark.linux.NetfilterRequests;
import org.waymark.linux.NetlinkSocket;

/**
 * A table in nftables that shows with which mark packets leave the host, after all rules: at the very end of the hook postrouting it makes
 * the packet's mark that of the connection, where conntrack tells it. It is for probes, whose connections nobody else uses:
 *
 * <pre>
 * table ip waymark-probe-812 {       # flags owner
 *     chain departure {
 *         type filter hook postrouting priority 2147483647;
 *         udp sport 40001 meta skuid 999 ct mark set meta mark            # and tcp; for each probe
 *     }
 * }
 * </pre>
 *
 * <p>The table belongs to its netlink socket, and so disappears with the process, however that ends.
 */
public final class DepartureTable implements AutoCloseable {
    private static final int NFT_TABLE_F_OWNER = 2;
    private static final int MESSAGE_BYTES = 1024;
    private static final int ANSWER_BYTES = 256;
    private static final int RECEIVE_BUFFER = 1 << 20;
    private static final String CHAIN = "departure";
    private static final byte[] PROTOCOLS = {NfTables.IPPROTO_UDP, NfTables.IPPROTO_TCP};

    /** Messages besides the rules: the batch's begin and end, two tables, two chains. */
    private static final int FRAME = 6;

    private final NetlinkSocket netlink;

    private DepartureTable(NetlinkSocket netlink) {
        this.netlink = netlink;
    }

    /**
     * @param name the name of the table
     * @param ports the probes' source ports
     * @param userId the user of their sockets
     * @return the table, in force until it is closed
     * @throws LinuxException EEXIST if there is a table of this name, EPERM without CAP_NET_ADMIN, EOPNOTSUPP and the like if the kernel
     *     lacks nf_tables or is older than Linux 5.12
     */
    public static DepartureTable add(String name, Collection<Integer> ports, int userId) throws LinuxException {
        int messages = FRAME + PROTOCOLS.length * Family.values().length * ports.size();
        NetlinkSocket netlink = NetlinkSocket.open(messages * MESSAGE_BYTES, messages, ANSWER_BYTES, RECEIVE_BUFFER);
        try {
            netlink.request(messages(new Transaction(new NetfilterRequests(netlink.requests())), name, ports, userId));
            return new DepartureTable(netlink);
        } catch (LinuxException e) {
            netlink.close();
            throw e;
        }
    }

    private static int messages(Transaction transaction, String name, Collection<Integer> ports, int userId) {
        transaction.begin();
        transaction.table(name);
        for (Family family : Family.values()) {
            transaction.addTable(family, NFT_TABLE_F_OWNER);
            transaction.chain(family, CHAIN, "filter", Transaction.NF_INET_POST_ROUTING, Integer.MAX_VALUE);
            ports.forEach(port -> addRules(transaction, family, port, userId));
        }
        return transaction.end();
    }

    private static void addRules(Transaction transaction, Family family, int port, int userId) {
        for (byte protocol : PROTOCOLS) {
            transaction.rule(family, CHAIN, rule -> PacketMatch.fromPort(rule, port, protocol)
                    .meta(NfTables.META_SKUID)
                    .is32(userId)
                    .meta(NfTables.META_MARK)
                    .setConnectionMark());
        }
    }

    /** Removes the table; the kernel does so when its owner is closed. */
    @Override
    public void close() {
        netlink.close();
    }
}
