package org.waymark.firewall;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.waymark.linux.NetfilterRequests;

/**
 * Writes the transactions that add, change and remove the tables of {@link MarkTable}, which explains their chains
 * (linux/netfilter/nf_tables.h).
 */
final class TableMessages {
    /** Room for the longest message, which is a rule. */
    static final int MAX_BYTES = 1024;

    private final Transaction transaction;
    private final ChainRules chainRules;
    private final String table;
    private final String lateTable;

    /**
     * @param requests takes the messages, from offset 0 on; {@link #MAX_BYTES} each
     * @param table the name of the table that ends with the process
     * @param lateTable the name of the table that may stay
     */
    TableMessages(ByteBuffer requests, String table, String lateTable) {
        this.transaction = new Transaction(new NetfilterRequests(requests));
        this.chainRules = new ChainRules(transaction);
        this.table = table;
        this.lateTable = lateTable;
    }

    /** The largest number of messages that it takes to add these rules, or to change other rules into them. */
    static int count(TableRules rules) {
        int perAddress = 7 + rules.zones().size();
        return 90
                + perAddress * rules.listening().size()
                + 2 * rules.servers().size()
                + 4 * rules.guarded().size();
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
        chainRules.add(family, chain, rules);
    }

    private String tableOf(OwnChain chain) {
        return chain == OwnChain.OF_THE_KERNEL || chain == OwnChain.REQUIRED_ROUTES ? lateTable : table;
    }

    /** Writes the transaction that changes rules and servers; returns its length in bytes. Chains that stay keep their place among others. */
    int change(TableRules from, TableRules to) {
        transaction.begin();
        servers(difference(to.servers(), from.servers()), difference(from.servers(), to.servers()));
        if (!from.hasRulesOf(to)) {
            for (Family family : Family.values()) {
                for (OwnChain chain : OwnChain.values()) {
                    if (chain == OwnChain.REQUIRED_ROUTES
                            || !from.withGuarded(List.of()).hasRulesOf(to.withGuarded(List.of()))) {
                        change(family, chain, from, to);
                    }
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
            chainRules.add(family, chain, to);
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
}
