package org.waymark.firewall;

import java.util.List;
import java.util.Optional;
import org.waymark.linux.Errno;
import org.waymark.linux.LinuxException;
import org.waymark.linux.NetlinkSocket;

/**
 * Waymark's own table in nftables, one for IPv4 and one for IPv6. Whatever the host's rules do, it tells Waymark the marks of clients'
 * connections, and sets those of connections to servers:
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
 *     chain required_routes {        # 6, only where routes are required
 *         type filter hook postrouting priority -199;
 *         iif 0 meta mark 137 oif != 5 ip daddr . meta l4proto . th dport @servers counter drop
 *         iif 0 meta mark 137 oif != 5 meta l4proto icmp (about a packet of a server) counter drop
 *     }
 * }
 * </pre>
 *
 * <p>1. The connection of a packet to a server gets the mark of the packet, 0 included, before any rule of the host sees it. A label
 * distinguishes it from connections of other programs. Packets to clients have no mark while rules that save marks see them. Otherwise
 * these would write back a mark that the connection had earlier.
 *
 * <p>2. When conntrack forgets a connection while an answer is due, the connection starts again with the server's packet. The host's rules
 * can't know the mark, so the packet gets the mark of the socket that receives it. If the kernel already knows that another program
 * receives the packet, the chain does not change it. So far the kernel has checked only the first socket in each line of its hash table;
 * {@code socket mark} checks all of them.
 *
 * <p>3. An answer gets the current mark of its connection, after the last rule that could save it.
 *
 * <p>4. After all rules of the host, a query's packet gets the mark of its connection, which SO_RCVMARK reports. It gets another number if
 * conntrack does not track the connection, or has it in a zone that is not listed.
 *
 * <p>5. What the kernel itself sends to a server for a connection whose socket is gone (a reset, "port unreachable") has no mark. It gets
 * the mark of the connection, so that it takes the same route, because it quotes what was asked. If conntrack does not know the connection,
 * nobody knows the route, and the packet is dropped. The chain does not touch what is sent for other programs' connections.
 *
 * <p>6. After routing, nothing that this host sends to a server with a guarded mark leaves by another interface than those of the mark's
 * routes: a route can go between Waymark's look at it and the packet, and the kernel sends again by itself. The interfaces change with the
 * routes. What passes through the host is not touched.
 *
 * <p>Bits outside of {@code mark.mask} stay as the host's rules have set them. The tables belong to the netlink socket (NFT_TABLE_F_OWNER):
 * nobody else can change or flush them. The second one outlives the process if that is killed or calls {@link #leave} (NFT_TABLE_F_PERSIST,
 * since Linux 6.9), because answers may still come to it; the next process removes it.
 *
 * <p>Not thread-safe.
 */
public final class MarkTable implements AutoCloseable {
    static final int NFT_TABLE_F_PERSIST = 4;

    private static final int NFT_TABLE_F_OWNER = 2;

    /** Room for rules and servers that are added later, in one transaction, which takes no memory before it is used. */
    private static final int MOST_MESSAGES = 1_500;

    private static final int ANSWER_BYTES = 256;

    /** The kernel counts 768 bytes for an acknowledgement, and doubles this. */
    private static final int RECEIVE_BUFFER = 1 << 20;

    private final NetlinkSocket netlink;
    private final TableMessages messages;
    private final String name;
    private final String lateName;
    private final int mostMessages;
    private TableRules rules;
    private Optional<String> interferingTable = Optional.empty();

    private MarkTable(NetlinkSocket netlink, String name, int mostMessages) {
        this.netlink = netlink;
        this.mostMessages = mostMessages;
        this.name = name;
        this.lateName = name + "-late";
        this.messages = new TableMessages(netlink.requests(), name, lateName);
    }

    /**
     * Adds the table. From then on the mark of a query's packet ({@link org.waymark.linux.Socket#receiveMark}) is that of its connection if
     * {@link TableRules#copiesMarks}. The table makes conntrack track the connections of this network namespace, if nothing else does.
     * Tables that a killed process has left are removed.
     *
     * @param name the name of the table, {@code waymark-} and a number
     * @param rules what the table does
     * @return the table, in force until it is closed
     * @throws LinuxException EEXIST or EPERM if there is a table of this name, EPERM without CAP_NET_ADMIN, EOPNOTSUPP and the like if the
     *     kernel lacks nf_tables or is older than Linux 5.12, ENOENT if the mask does not have all bits and there is no xt_CONNMARK
     */
    public static MarkTable add(String name, TableRules rules) throws LinuxException {
        int most = Math.max(TableMessages.count(rules), MOST_MESSAGES);
        NetlinkSocket netlink = NetlinkSocket.open(most * TableMessages.MAX_BYTES, most, ANSWER_BYTES, RECEIVE_BUFFER);
        MarkTable table = new MarkTable(netlink, name, most);
        try (PresentTables present = PresentTables.open()) {
            table.removeOrphans(present);
            table.add(rules);
            if (rules.copiesMarks()) {
                table.interferingTable = present.tableWithALastChain();
            }
            if (table.interferingTable.isPresent()) {
                netlink.request(table.messages.remove(true));
                table.add(rules.withoutIncomingMarks());
            }
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

    private void add(TableRules added) throws LinuxException {
        rules = added;
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
     * @return the name of the table, {@code waymark-} and a number
     */
    public String name() {
        return name;
    }

    /**
     * @return the name of another table, with a chain that sees queries after this one; packets then bring no marks along
     */
    public Optional<String> interferingTable() {
        return interferingTable;
    }

    /**
     * Changes what the table does, in one step: each packet meets all former or all new rules of a chain. Chains that stay keep their place
     * among those of others.
     *
     * @param wanted the rules from now on
     * @throws LinuxException if the kernel refuses the change, EMSGSIZE if there are too many rules for one step; then nothing has changed
     */
    public void change(TableRules wanted) throws LinuxException {
        boolean asksForMarks = wanted.copiesMarks() && !rules.copiesMarks();
        if (asksForMarks) {
            try (PresentTables present = PresentTables.open()) {
                interferingTable = present.tableWithALastChain();
            }
        }
        TableRules possible = asksForMarks && interferingTable.isPresent() ? wanted.withoutIncomingMarks() : wanted;
        if (possible.equals(rules)) {
            return;
        }
        if (TableMessages.count(possible) + TableMessages.count(rules) > mostMessages) {
            throw new LinuxException("too many addresses and servers for one change", Errno.EMSGSIZE);
        }
        netlink.request(messages.change(rules, possible));
        rules = possible;
    }

    /**
     * Lets packets with guarded marks leave by other interfaces from now on.
     *
     * @param guarded the marks, with their interfaces
     * @throws LinuxException if the kernel refuses the change; then nothing has changed
     */
    public void guard(List<GuardedMark> guarded) throws LinuxException {
        change(rules.withGuarded(guarded));
    }

    /**
     * @return whether packets bring the marks of their connections along
     */
    public boolean copiesMarks() {
        return rules.copiesMarks();
    }

    /**
     * @return the name of the second table, which may stay
     */
    public String lateName() {
        return lateName;
    }

    /** Removes the first table. The second one stays for late answers, and the next process removes it; before Linux 6.9 it goes, too. */
    public void leave() {
        end(false);
    }

    /** Removes both tables. */
    @Override
    public void close() {
        end(true);
    }

    private void end(boolean both) {
        try {
            netlink.request(messages.remove(both));
        } catch (LinuxException gone) {
            // There is nothing to remove then.
        } finally {
            netlink.close();
        }
    }
}
