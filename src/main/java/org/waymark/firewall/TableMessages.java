package org.waymark.firewall;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.waymark.linux.Endpoint;
import org.waymark.linux.NetfilterRequests;

/**
 * Writes the transactions that add, change and remove the tables of {@link MarkTable}, which explains their chains
 * (linux/netfilter/nf_tables.h).
 */
final class TableMessages {
    /** Room for the longest message, which is a rule. */
    static final int MAX_BYTES = 1024;

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

    /** The largest number of messages that it takes to add these rules, or to change other rules into them. */
    static int count(TableRules rules) {
        int perAddress = 7 + rules.zones().size();
        return 80 + perAddress * rules.listening().size() + 2 * rules.servers().size();
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
        addTables(rules, lateTable, lateFlags);
        for (Family family : Family.values()) {
            for (OwnChain chain : OwnChain.values()) {
                if (chain.isWanted(rules)) {
                    add(family, chain, rules);
                }
            }
        }
        return transaction.end();
    }

    private void add(Family family, OwnChain chain, TableRules rules) {
        transaction.table(tableOf(chain));
        transaction.chain(family, chain.title, chain.type, chain.hook, chain.priority);
        addRules(family, chain, rules);
    }

    private String tableOf(OwnChain chain) {
        return chain == OwnChain.OF_THE_KERNEL ? lateTable : table;
    }

    private void addRules(Family family, OwnChain chain, TableRules rules) {
        List<Endpoint> listening = rules.listening().stream()
                .filter(endpoint -> Family.of(endpoint) == family)
                .toList();
        switch (chain) {
            case TO_SERVERS -> toServers(family, rules, listening);
            case FROM_SERVERS -> fromServers(family, rules, listening);
            case ANSWERS -> answers(family, listening);
            case QUERIES -> queries(family, rules, listening);
            case OF_THE_KERNEL -> ofTheKernel(family, rules);
        }
    }

    /** Writes the transaction that changes rules and servers; returns its length in bytes. Chains that stay keep their place among others. */
    int change(TableRules from, TableRules to) {
        transaction.begin();
        servers(difference(to.servers(), from.servers()), difference(from.servers(), to.servers()));
        if (!from.hasRulesOf(to)) {
            for (Family family : Family.values()) {
                for (OwnChain chain : OwnChain.values()) {
                    change(family, chain, from, to);
                }
            }
        }
        return transaction.end();
    }

    private static Set<ServerElement> difference(Set<ServerElement> all, Set<ServerElement> others) {
        Set<ServerElement> rest = new HashSet<>(all);
        rest.removeAll(others);
        return rest;
    }

    private void change(Family family, OwnChain chain, TableRules from, TableRules to) {
        if (!chain.isWanted(from)) {
            if (chain.isWanted(to)) {
                add(family, chain, to);
            }
            return;
        }
        transaction.table(tableOf(chain));
        transaction.removeRules(family, chain.title);
        if (chain.isWanted(to)) {
            addRules(family, chain, to);
        } else {
            transaction.removeChain(family, chain.title);
        }
    }

    private void addTables(TableRules rules, String name, int flags) {
        transaction.table(name);
        for (Family family : Family.values()) {
            transaction.addTable(family, flags);
            transaction.set(family, PacketMatch.SERVERS);
        }
        rules.servers().forEach(this::addServer);
    }

    private void servers(Set<ServerElement> added, Set<ServerElement> removed) {
        for (String name : List.of(table, lateTable)) {
            transaction.table(name);
            added.forEach(this::addServer);
            removed.forEach(server -> {
                Family family = Family.of(server.address());
                transaction.removeElement(family, PacketMatch.SERVERS, family.key(server));
            });
        }
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
        String chain = OwnChain.TO_SERVERS.title;
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
        String chain = OwnChain.FROM_SERVERS.title;
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
        String chain = OwnChain.ANSWERS.title;
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
        String chain = OwnChain.OF_THE_KERNEL.title;
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
        String chain = OwnChain.QUERIES.title;
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
