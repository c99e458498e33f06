package org.waymark.firewall;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.waymark.linux.Errno;
import org.waymark.linux.LinuxException;
import org.waymark.linux.NetlinkSocket;

/**
 * The table of Waymark's own in nftables, for IPv4 and for IPv6, that sees to both halves of a mark whatever the host's rules do:
 *
 * <pre>
 * table ip waymark-812 {             # flags owner
 *     set servers { type ipv4_addr . inet_proto . inet_service; }
 *     chain to_servers {             # 1
 *         type filter hook output priority -199;
 *         udp sport 53 meta mark set 0 accept                             # and tcp
 *         ip daddr . meta l4proto . th dport @servers meta skuid 999 ct mark set meta mark
 *         ct state new ip daddr . meta l4proto . th dport @servers meta skuid 999 ct label set 127
 *     }
 *     chain from_servers {           # 2
 *         type filter hook input priority -199;
 *         ct direction reply accept
 *         udp dport 53 accept                                             # and tcp
 *         ip saddr . meta l4proto . th sport @servers meta skuid != 999 accept
 *         ip saddr . meta l4proto . th sport @servers meta mark set socket mark ct mark set socket mark
 *     }
 *     chain answers {                # 3, only where answers are marked
 *         type route hook output priority -149;
 *         udp sport 53 meta mark set ct mark accept                       # and tcp
 *     }
 *     chain queries {                # 4
 *         type filter hook input priority 2147483647;
 *         udp dport 53 meta mark set 0x7c5a91e3 ct reply zone 0 meta mark set ct mark
 *     }
 * }
 * table ip waymark-812-late {        # flags owner, persist
 *     set servers { type ipv4_addr . inet_proto . inet_service; }
 *     chain of_the_kernel {          # 5
 *         type route hook output priority -149;
 *         meta l4proto udp accept
 *         tcp flags rst (to a server) meta skuid != 4294967295 accept
 *         tcp flags rst (to a server) ct label 127 meta mark set ct mark accept
 *         tcp flags rst (to a server) ct direction original accept
 *         tcp flags rst (to a server) drop
 *         meta l4proto icmp (about a packet of a server) ct label 127 meta mark set ct mark accept
 *         icmp port unreachable (about a packet of a server) (of a connection to a server) accept
 *         icmp port unreachable (about a packet of a server) drop
 *     }
 * }
 * </pre>
 *
 * <p>1. Before any rule of the host sees it, the connection of a packet to a server has the mark of the packet, 0 included, and a label
 * that tells it from connections of other programs. What goes to clients has no mark while rules that save marks see it, or else a
 * mark that the connection had earlier would be written back.
 *
 * <p>2. When conntrack forgets a connection while an answer is due, the connection starts again with the server's packet. The host's
 * rules can't tell whose it is, so it takes the mark of the socket that receives it. Packets for other programs are left alone if the
 * kernel already knows the receiving socket: so far it has checked only the first socket of each line of its hash table, while
 * {@code socket mark} checks them all.
 *
 * <p>3. An answer gets the mark that its connection has now, when no rule can save it any more.
 *
 * <p>4. After all rules of the host a query's packet gets the mark of its connection, which SO_RCVMARK tells, or another number
 * where conntrack does not track the connection or has it in a zone that is not looked in.
 *
 * <p>5. What the kernel itself sends to a server for a connection whose socket is gone (a reset, "port unreachable") has no mark, and
 * is given that of the connection, so that it goes the same way: it quotes what was asked. Where conntrack does not know the
 * connection, nobody can tell the way, and it does not leave. It does not touch what is sent for other programs' connections.
 *
 * <p>Bits that are not in {@code mark.mask} stay as the host's rules have set them. The tables belong to the netlink socket
 * (NFT_TABLE_F_OWNER): nobody else can change or flush them. The second one outlives a process that is killed or {@link #leave}s it
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
    private final String lateName;
    private final Set<ServerElement> servers = new HashSet<>();
    private Optional<String> inTheWay = Optional.empty();

    private MarkTable(NetlinkSocket netlink, String name) {
        this.netlink = netlink;
        this.name = name;
        this.lateName = name + "-late";
        this.messages = new TableMessages(netlink.requests(), name, lateName);
    }

    /**
     * Adds the table, after which the mark of a query's packet ({@link org.waymark.linux.Socket#receiveMark}) is its connection's if
     * {@link TableRules#bringsMarks}. It has conntrack track the connections of this network namespace, if nothing else does. Tables that a
     * process which was killed has left are removed.
     *
     * @param name the table's, {@code waymark-} and a number
     * @param rules what it does
     * @return the table, in force until it is closed
     * @throws LinuxException EEXIST or EPERM if there is a table of this name, EPERM without CAP_NET_ADMIN, EOPNOTSUPP and the like if the kernel lacks nf_tables or is older than
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
                netlink.request(table.messages.remove(true));
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
                netlink.request(messages.remove(orphans.getKey(), orphan));
            }
        }
    }

    private void add(TableRules rules) throws LinuxException {
        try {
            netlink.request(messages.add(rules, NFT_TABLE_F_OWNER, NFT_TABLE_F_OWNER | NFT_TABLE_F_PERSIST));
        } catch (LinuxException e) {
            if (!e.errno().equals(Errno.EOPNOTSUPP) && !e.errno().equals(Errno.EINVAL)) {
                throw e;
            }
            netlink.request(messages.add(rules, NFT_TABLE_F_OWNER, NFT_TABLE_F_OWNER));
        }
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
    public void servers(Set<ServerElement> wanted) throws LinuxException {
        Set<ServerElement> added = new HashSet<>(wanted);
        added.removeAll(servers);
        Set<ServerElement> removed = new HashSet<>(servers);
        removed.removeAll(wanted);
        if (!added.isEmpty() || !removed.isEmpty()) {
            netlink.request(messages.servers(added, removed));
            servers.addAll(added);
            servers.removeAll(removed);
        }
    }

    /**
     * @return the name of the table that may stay
     */
    public String lateName() {
        return lateName;
    }

    /** Has the kernel take away all but what late answers need, which the next process removes; before Linux 6.9 that goes, too. */
    public void leave() {
        end(false);
    }

    /** Has the kernel take everything away. */
    @Override
    public void close() {
        end(true);
    }

    private void end(boolean both) {
        try {
            netlink.request(messages.remove(both));
        } catch (LinuxException gone) {
            // Then there is nothing to take away.
        } finally {
            netlink.close();
        }
    }
}
