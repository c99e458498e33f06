package org.waymark.firewall;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collection;
import java.util.List;
import org.waymark.linux.Endpoint;
import org.waymark.linux.NetfilterRequests;

/**
 * Writes the transactions that add, change and remove the tables of {@link MarkTable}, which explains their chains
 * (linux/netfilter/nf_tables.h).
 */
final class TableMessages {
    /** Room for the longest message, which is a rule. */
    static final int MAX_BYTES = 1024;

    /** Right after conntrack's own hooks. */
    private static final int BEFORE_ALL_RULES = -199;

    /** After the rules that save or restore marks: those in iptables' table mangle run at -150. */
    private static final int AFTER_MANGLE = -149;

    /** The label that distinguishes Waymark's connections from those of other programs: the last of conntrack's 128 labels. */
    private static final byte[] OWN_CONNECTION = ByteBuffer.allocate(2 * Long.BYTES)
            .order(ByteOrder.nativeOrder())
            .putLong(Long.BYTES, Long.MIN_VALUE)
            .array();

    /** No user: the packet was not sent by a socket. */
    private static final int NOBODY = -1;

    private final Transaction transaction;
    private final String table;
    private final String lateTable;

    /**
     * @param requests takes the messages, from offset 0 on; {@link #MAX_BYTES} each
     * @param table the name of the table that ends with the process
     * @param lateTable the name of the table that may stay
     */
    TableMessages(ByteBuffer requests, String table, String lateTable) {
        this.transaction = new Transaction(new NetfilterRequests(requests));
        this.table = table;
        this.lateTable = lateTable;
    }

    /** The largest number of messages that these rules need. */
    static int count(TableRules rules) {
        int perAddress = 7 + rules.zones().size();
        return 56 + perAddress * rules.listening().size() + 2 * rules.servers().size();
    }

    /**
     * Writes the transaction that adds the tables.
     *
     * @param flags those of the table that ends with the process
     * @param lateFlags those of the other table
     * @return its length in bytes
     */
    int add(TableRules rules, int flags, int lateFlags) {
        transaction.begin();
        addTables(rules, table, flags);
        for (Family family : Family.values()) {
            List<Endpoint> listening = rules.listening().stream()
                    .filter(endpoint -> Family.of(endpoint) == family)
                    .toList();
            toServers(family, rules, listening);
            fromServers(family, rules, listening);
            if (rules.markAnswers()) {
                answers(family, listening);
            }
            if (rules.copiesMarks()) {
                queries(family, rules, listening);
            }
        }
        addTables(rules, lateTable, lateFlags);
        for (Family family : Family.values()) {
            ofTheKernel(family, rules);
        }
        return transaction.end();
    }

    private void addTables(TableRules rules, String name, int flags) {
        transaction.table(name);
        for (Family family : Family.values()) {
            transaction.addTable(family, flags);
            transaction.set(family, PacketMatch.SERVERS);
        }
        rules.servers().forEach(this::addServer);
    }

    /** Writes the transaction that changes the servers; returns its length in bytes. */
    int servers(Collection<ServerElement> added, Collection<ServerElement> removed) {
        transaction.begin();
        for (String name : List.of(table, lateTable)) {
            transaction.table(name);
            added.forEach(this::addServer);
            removed.forEach(server -> {
                Family family = Family.of(server.address());
                transaction.removeElement(family, PacketMatch.SERVERS, family.key(server));
            });
        }
        return transaction.end();
    }

    /** Writes the transaction that removes a table of this name; returns its length in bytes. */
    int remove(Family family, String name) {
        transaction.begin();
        transaction.table(name);
        transaction.removeTable(family);
        return transaction.end();
    }

    /** Writes the transaction that removes both tables or only the first; returns its length in bytes. */
    int remove(boolean both) {
        transaction.begin();
        for (String name : both ? List.of(table, lateTable) : List.of(table)) {
            transaction.table(name);
            for (Family family : Family.values()) {
                transaction.removeTable(family);
            }
        }
        return transaction.end();
    }

    private void addServer(ServerElement server) {
        Family family = Family.of(server.address());
        transaction.element(family, PacketMatch.SERVERS, family.key(server));
    }

    private void toServers(Family family, TableRules rules, List<Endpoint> listening) {
        String chain = "to_servers";
        transaction.chain(family, chain, "filter", Transaction.NF_INET_LOCAL_OUT, BEFORE_ALL_RULES);
        for (Endpoint address : listening) {
            for (byte protocol : new byte[] {NfTables.IPPROTO_UDP, NfTables.IPPROTO_TCP}) {
                transaction.rule(family, chain, rule -> PacketMatch.from(rule, family, address, protocol)
                        .load(0)
                        .setPacketMark()
                        .verdict(NfTables.NF_ACCEPT));
            }
        }
        transaction.rule(family, chain, rule -> {
            PacketMatch.toServer(rule, family).meta(NfTables.META_SKUID).is32(rules.userId());
            if (rules.mask() == NfTables.ALL_BITS) {
                rule.meta(NfTables.META_MARK).setConnectionMark();
            } else {
                rule.saveMark(rules.mask());
            }
        });
        // Once per connection.
        transaction.rule(family, chain, rule -> PacketMatch.toServer(
                        rule.connection(NfTables.CT_STATE)
                                .and32(NfTables.STATE_NEW)
                                .isNotZero(Integer.BYTES),
                        family)
                .meta(NfTables.META_SKUID)
                .is32(rules.userId())
                .addLabels(OWN_CONNECTION));
    }

    private void fromServers(Family family, TableRules rules, List<Endpoint> listening) {
        String chain = "from_servers";
        transaction.chain(family, chain, "filter", Transaction.NF_INET_LOCAL_IN, BEFORE_ALL_RULES);
        transaction.rule(family, chain, rule -> rule.connection(NfTables.CT_DIRECTION)
                .is8(NfTables.IP_CT_DIR_REPLY)
                .verdict(NfTables.NF_ACCEPT));
        for (Endpoint address : listening) {
            for (byte protocol : new byte[] {NfTables.IPPROTO_UDP, NfTables.IPPROTO_TCP}) {
                transaction.rule(family, chain, rule -> PacketMatch.to(rule, family, address, protocol)
                        .verdict(NfTables.NF_ACCEPT));
            }
        }
        transaction.rule(family, chain, rule -> PacketMatch.fromServer(rule, family)
                .meta(NfTables.META_SKUID)
                .isNot32(rules.userId())
                .verdict(NfTables.NF_ACCEPT));
        transaction.rule(family, chain, rule -> {
            PacketMatch.fromServer(rule, family).socketMark().setPacketMark();
            if (rules.mask() == NfTables.ALL_BITS) {
                rule.setConnectionMark();
            } else {
                rule.saveMark(rules.mask()).connection(NfTables.CT_MARK).setPacketMark();
            }
        });
    }

    private void answers(Family family, List<Endpoint> listening) {
        String chain = "answers";
        transaction.chain(family, chain, "route", Transaction.NF_INET_LOCAL_OUT, AFTER_MANGLE);
        for (Endpoint address : listening) {
            for (byte protocol : new byte[] {NfTables.IPPROTO_UDP, NfTables.IPPROTO_TCP}) {
                transaction.rule(family, chain, rule -> PacketMatch.from(rule, family, address, protocol)
                        .connection(NfTables.CT_MARK)
                        .setPacketMark()
                        .verdict(NfTables.NF_ACCEPT));
            }
        }
    }

    private void ofTheKernel(Family family, TableRules rules) {
        String chain = "of_the_kernel";
        transaction.chain(family, chain, "route", Transaction.NF_INET_LOCAL_OUT, AFTER_MANGLE);
        transaction.rule(family, chain, rule -> rule.meta(NfTables.META_L4PROTO)
                .is8(NfTables.IPPROTO_UDP)
                .verdict(NfTables.NF_ACCEPT));
        transaction.rule(family, chain, rule -> PacketMatch.reset(rule, family)
                .meta(NfTables.META_SKUID)
                .isNot32(NOBODY)
                .verdict(NfTables.NF_ACCEPT));
        transaction.rule(family, chain, rule -> giveMark(PacketMatch.reset(rule, family), rules));
        transaction.rule(family, chain, rule -> PacketMatch.reset(rule, family)
                .connection(NfTables.CT_DIRECTION)
                .is8(NfTables.IP_CT_DIR_ORIGINAL)
                .verdict(NfTables.NF_ACCEPT));
        transaction.rule(family, chain, rule -> PacketMatch.reset(rule, family).verdict(NfTables.NF_DROP));

        transaction.rule(
                family,
                chain,
                rule -> giveMark(PacketMatch.aboutServer(PacketMatch.icmp(rule, family), family), rules));
        transaction.rule(family, chain, rule -> PacketMatch.connectionToServer(
                        PacketMatch.aboutServer(PacketMatch.portUnreachable(rule, family), family), family)
                .verdict(NfTables.NF_ACCEPT));
        transaction.rule(
                family, chain, rule -> PacketMatch.aboutServer(PacketMatch.portUnreachable(rule, family), family)
                        .verdict(NfTables.NF_DROP));
    }

    /** Gives the packet the mark of its connection, if that is one of Waymark's. */
    private static void giveMark(Expressions rule, TableRules rules) {
        rule.hasLabel(OWN_CONNECTION)
                .connection(NfTables.CT_MARK)
                .and32(rules.mask())
                .setPacketMark()
                .verdict(NfTables.NF_ACCEPT);
    }

    private void queries(Family family, TableRules rules, List<Endpoint> listening) {
        String chain = "queries";
        transaction.chain(family, chain, "filter", Transaction.NF_INET_LOCAL_IN, Integer.MAX_VALUE);
        for (Endpoint address : listening) {
            transaction.rule(family, chain, rule -> {
                PacketMatch.to(rule, family, address, NfTables.IPPROTO_UDP)
                        .load(rules.unknown())
                        .setPacketMark();
                bringMark(rule, rules.zones().get(0));
            });
            for (int zone : rules.zones().subList(1, rules.zones().size())) {
                transaction.rule(
                        family,
                        chain,
                        rule -> bringMark(PacketMatch.to(rule, family, address, NfTables.IPPROTO_UDP), zone));
            }
        }
    }

    private static void bringMark(Expressions rule, int zone) {
        rule.connection(NfTables.CT_ZONE, NfTables.IP_CT_DIR_REPLY, NfTables.FIRST_REGISTER)
                .is(Expressions.inRegister((short) zone))
                .connection(NfTables.CT_MARK)
                .setPacketMark();
    }
}
