package org.waymark.firewall;

import java.util.Set;
import org.waymark.linux.LinuxException;
import org.waymark.linux.NetlinkSocket;

/**
 * A table of Waymark's own in nftables, by which every UDP packet to Waymark's ports brings along the mark of its connection:
 *
 * <pre>
 * table inet waymark-812 {   # flags owner
 *     chain input {
 *         type filter hook input priority 2147483647; policy accept;
 *         meta l4proto udp udp dport 53 meta mark set 0 ct reply zone 0 meta mark set ct mark
 *     }
 * }
 * </pre>
 *
 * <p>The chain is the host's last, so nothing but the socket sees the packet's mark after it. A packet that conntrack does not
 * track, or has in another zone, gets a 0, whatever mark it had, because the rule ends before {@code ct mark} then. The table
 * belongs to the netlink socket (NFT_TABLE_F_OWNER): nobody else can change or flush it, and it is gone when the process is.
 */
public final class MarkRule implements AutoCloseable {
    private static final int ANSWER_BYTES = 256;
    private static final int RECEIVE_BUFFER = 1 << 16;

    private final NetlinkSocket netlink;

    private MarkRule(NetlinkSocket netlink) {
        this.netlink = netlink;
    }

    /**
     * Adds the table, after which the mark of a packet ({@link org.waymark.linux.Socket#receiveMark}) is its connection's. The
     * rule has conntrack track the connections of this network namespace, if nothing else does.
     *
     * @param table its name, which no other table has
     * @param ports the ports that queries come to
     * @param zone the conntrack zone of their connections, in the direction of replies; 0 is the default zone
     * @return the rule, in force until it is closed
     * @throws LinuxException EPERM without CAP_NET_ADMIN, EOPNOTSUPP and the like if the kernel lacks nf_tables or is older than
     *     Linux 5.12
     */
    public static MarkRule add(String table, Set<Integer> ports, int zone) throws LinuxException {
        int messages = RuleMessages.count(ports.size());
        NetlinkSocket netlink =
                NetlinkSocket.open(messages * RuleMessages.MAX_BYTES, messages, ANSWER_BYTES, RECEIVE_BUFFER);
        try {
            netlink.request(new RuleMessages(netlink.requests()).write(table, ports, zone));
            return new MarkRule(netlink);
        } catch (LinuxException e) {
            netlink.close();
            throw e;
        }
    }

    /** Has the kernel take the table away. */
    @Override
    public void close() {
        netlink.close();
    }
}
