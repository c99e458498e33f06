package org.waymark.firewall;

import java.util.EnumSet;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.waymark.linux.Errno;
import org.waymark.linux.LinuxException;
import org.waymark.linux.NetlinkSocket;

/**
 * A table of Waymark's own in nftables, for IPv4 and for IPv6, that sees to both halves of a mark whatever the host's rules do:
 *
 * <pre>
 * table ip waymark-812 {             # flags owner, persist
 *     set servers { type ipv4_addr . inet_proto . inet_service; }
 *     chain to_servers {             # 1
 *         type filter hook output priority -199;
 *         udp sport 53 meta mark set 0 accept                             # and tcp
 *         ip daddr . meta l4proto . th dport @servers meta skuid 999 ct mark set meta mark
 *     }
 *     chain of_the_kernel {          # 2
 *         type route hook output priority -149;
 *         udp sport 53 meta mark set ct mark accept                       # and tcp; only where answers are marked
 *         meta mark 0 tcp flags rst ip daddr . meta l4proto . th dport @servers \
 *             ct direction original meta mark set ct mark accept
 *         meta mark 0 tcp flags rst ip daddr . meta l4proto . th dport @servers drop
 *         meta mark 0 meta l4proto icmp ct state related \
 *             ct original ip daddr . ct protocol . ct original proto-dst @servers meta mark set ct mark accept
 *         meta mark 0 meta l4proto icmp ct state related \
 *             ct original ip saddr . ct protocol . ct original proto-src @servers drop
 *     }
 *     chain from_servers {           # 3
 *         type filter hook input priority -199;
 *         ip saddr . meta l4proto . th sport @servers meta skuid 999 \
 *             meta mark set socket mark ct mark set socket mark
 *     }
 *     chain queries {                # 4
 *         type filter hook input priority 2147483647;
 *         udp dport 53 meta mark set 0x7c5a91e3 ct reply zone 0 meta mark set ct mark
 *     }
 * }
 * </pre>
 *
 * <p>1. Before any rule of the host sees it, the connection of a packet to a server has the mark of the packet, 0 included. What goes
 * to clients has no mark while rules that save marks see it, or else a mark that the connection had earlier would be written back.
 *
 * <p>2. What the kernel itself sends to a server for a connection whose socket is gone (a reset, "port unreachable") has no mark of its
 * own, and is given that of the connection, so that it goes the same way: it quotes what was asked. Where conntrack does not know the
 * connection any more, nobody can tell the way, and it does not leave.
 *
 * <p>3. A connection that conntrack has forgotten in between begins anew with the packet of the server, by which the host's rules can't
 * tell whose it is. The socket that it is for can.
 *
 * <p>4. After all rules of the host a query's packet gets the mark of its connection, which SO_RCVMARK tells, or another number
 * where conntrack does not track the connection or has it in a zone that is not looked in.
 *
 * <p>Bits that are not in {@code mark.mask} stay as the host's rules have set them. The table belongs to the netlink socket
 * (NFT_TABLE_F_OWNER): nobody else can change or flush it. It outlives a process that is killed or {@link #leave}s it
 * (NFT_TABLE_F_PERSIST, since Linux 6.9), because the answers to its questions do; the next process removes it.
 *
 * <p>Not thread-safe.
 */
public final class MarkTable implements AutoCloseable {
    static final int NFT_TABLE_F_PERSIST = 4;

    private static final int NFT_TABLE_F_OWNER = 2;

    /** For servers that come later, in one transaction. */
    private static final int MOST_SERVERS = 256;

    private static final int ANSWER_BYTES = 256;
    private static final int RECEIVE_BUFFER = 1 << 20;

    private final NetlinkSocket netlink;
    private final TableMessages messages;
    private final String name;
    private final Set<ServerAddress> servers = new HashSet<>();
    private Optional<String> inTheWay = Optional.empty();

    private MarkTable(NetlinkSocket netlink, String name) {
        this.netlink = netlink;
        this.messages = new TableMessages(netlink.requests(), name);
        this.name = name;
    }

    /**
     * Adds the table, after which the mark of a query's packet ({@link org.waymark.linux.Socket#receiveMark}) is its connection's if
     * {@link #bringsMarks}. It has conntrack track the connections of this network namespace, if nothing else does. Tables that a
     * process which was killed has left are removed.
     *
     * @param name the table's, {@code waymark-} and a number, which no other table has
     * @param rules what it does
     * @return the table, in force until it is closed
     * @throws LinuxException EPERM without CAP_NET_ADMIN, EOPNOTSUPP and the like if the kernel lacks nf_tables or is older than
     *     Linux 5.12, ENOENT if the mask is not of all bits and there is no xt_CONNMARK
     */
    public static MarkTable add(String name, TableRules rules) throws LinuxException {
        int most = Math.max(TableMessages.count(rules), MOST_SERVERS);
        NetlinkSocket netlink = NetlinkSocket.open(most * TableMessages.MAX_BYTES, most, ANSWER_BYTES, RECEIVE_BUFFER);
        MarkTable table = new MarkTable(netlink, name);
        try (PresentTables present = PresentTables.open()) {
            table.removeOrphans(present);
            table.add(rules);
            if (rules.bringsMarks()) {
                table.inTheWay = present.tableWithALastChain();
            }
            if (table.inTheWay.isPresent()) {
                table.remove();
                table.add(rules.withoutIncomingMarks());
            }
            table.servers.addAll(rules.servers());
            return table;
        } catch (LinuxException e) {
            netlink.close();
            throw e;
        }
    }

    private void removeOrphans(PresentTables present) throws LinuxException {
        for (var orphans : present.orphans().entrySet()) {
            for (String orphan : orphans.getValue()) {
                TableMessages removal = new TableMessages(netlink.requests(), orphan);
                netlink.request(removal.remove(EnumSet.of(orphans.getKey())));
            }
        }
    }

    private void add(TableRules rules) throws LinuxException {
        try {
            netlink.request(messages.add(rules, NFT_TABLE_F_OWNER | NFT_TABLE_F_PERSIST));
        } catch (LinuxException e) {
            if (!e.errno().equals(Errno.EOPNOTSUPP) && !e.errno().equals(Errno.EINVAL)) {
                throw e;
            }
            netlink.request(messages.add(rules, NFT_TABLE_F_OWNER));
        }
    }

    private void remove() throws LinuxException {
        netlink.request(messages.remove(EnumSet.allOf(Family.class)));
    }

    /**
     * @return its name, {@code waymark-} and a number
     */
    public String name() {
        return name;
    }

    /**
     * @return the name of a table with a chain that sees queries after this one, which is why packets bring no marks along
     */
    public Optional<String> inTheWay() {
        return inTheWay;
    }

    /**
     * Sees to the connections to more servers, and to those to others no longer.
     *
     * @param wanted all servers from now on
     * @throws LinuxException if the kernel refuses it; nothing has changed then
     */
    public void servers(Set<ServerAddress> wanted) throws LinuxException {
        Set<ServerAddress> added = new HashSet<>(wanted);
        added.removeAll(servers);
        Set<ServerAddress> removed = new HashSet<>(servers);
        removed.removeAll(wanted);
        if (!added.isEmpty() || !removed.isEmpty()) {
            netlink.request(messages.servers(added, removed));
            servers.addAll(added);
            servers.removeAll(removed);
        }
    }

    /** Leaves the table to the next process; before Linux 6.9 it goes. */
    public void leave() {
        netlink.close();
    }

    /** Has the kernel take the table away. */
    @Override
    public void close() {
        try {
            remove();
        } catch (LinuxException gone) {
            // Then there is nothing to take away.
        } finally {
            netlink.close();
        }
    }
}
