package org.waymark.firewall;

import static org.waymark.firewall.Expressions.CT_MARK;
import static org.waymark.firewall.Expressions.META_L4PROTO;
import static org.waymark.firewall.Expressions.META_MARK;
import static org.waymark.firewall.Expressions.META_SKUID;

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

    private static final String SERVERS = "servers";

    private static final int SOURCE_PORT = 0;
    private static final int DESTINATION_PORT = 2;
    private static final int TCP_FLAGS = 13;
    private static final byte TCP_RST = 4;

    /** The label that distinguishes Waymark's connections from those of other programs: the last of conntrack's 128 labels. */
    private static final byte[] OWN_CONNECTION = ByteBuffer.allocate(2 * Long.BYTES)
            .order(ByteOrder.nativeOrder())
            .putLong(Long.BYTES, Long.MIN_VALUE)
            .array();

    /** No user: the packet was not sent by a socket. */
    private static final int NOBODY = -1;

    /** The packet that an ICMP error is about follows its header of eight bytes. */
    private static final int QUOTED = 8;

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
            if (rules.bringsMarks()) {
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
            transaction.set(family, SERVERS);
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
                transaction.removeElement(family, SERVERS, family.key(server));
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
        transaction.element(family, SERVERS, family.key(server));
    }

    private void toServers(Family family, TableRules rules, List<Endpoint> listening) {
        String chain = "to_servers";
        transaction.chain(family, chain, "filter", Transaction.NF_INET_LOCAL_OUT, BEFORE_ALL_RULES);
        for (Endpoint address : listening) {
            for (byte protocol : new byte[] {Expressions.IPPROTO_UDP, Expressions.IPPROTO_TCP}) {
                transaction.rule(family, chain, rule -> from(rule, family, address, protocol)
                        .load(0)
                        .setPacketMark()
                        .verdict(Expressions.NF_ACCEPT));
            }
        }
        transaction.rule(family, chain, rule -> {
            toServer(rule, family).meta(META_SKUID).is32(rules.userId());
            if (rules.mask() == Expressions.ALL_BITS) {
                rule.meta(META_MARK).setConnectionMark();
            } else {
                rule.saveMark(rules.mask());
            }
        });
        // Once per connection.
        transaction.rule(family, chain, rule -> toServer(
                        rule.connection(Expressions.CT_STATE)
                                .and32(Expressions.STATE_NEW)
                                .isNotZero(Integer.BYTES),
                        family)
                .meta(META_SKUID)
                .is32(rules.userId())
                .addLabels(OWN_CONNECTION));
    }

    private void fromServers(Family family, TableRules rules, List<Endpoint> listening) {
        String chain = "from_servers";
        transaction.chain(family, chain, "filter", Transaction.NF_INET_LOCAL_IN, BEFORE_ALL_RULES);
        transaction.rule(family, chain, rule -> rule.connection(Expressions.CT_DIRECTION)
                .is8(Expressions.IP_CT_DIR_REPLY)
                .verdict(Expressions.NF_ACCEPT));
        for (Endpoint address : listening) {
            for (byte protocol : new byte[] {Expressions.IPPROTO_UDP, Expressions.IPPROTO_TCP}) {
                transaction.rule(family, chain, rule -> to(rule, family, address, protocol)
                        .verdict(Expressions.NF_ACCEPT));
            }
        }
        transaction.rule(family, chain, rule -> endOfServer(rule, family, family.source, SOURCE_PORT)
                .meta(META_SKUID)
                .isNot32(rules.userId())
                .verdict(Expressions.NF_ACCEPT));
        transaction.rule(family, chain, rule -> {
            endOfServer(rule, family, family.source, SOURCE_PORT).socketMark().setPacketMark();
            if (rules.mask() == Expressions.ALL_BITS) {
                rule.setConnectionMark();
            } else {
                rule.saveMark(rules.mask()).connection(CT_MARK).setPacketMark();
            }
        });
    }

    private void answers(Family family, List<Endpoint> listening) {
        String chain = "answers";
        transaction.chain(family, chain, "route", Transaction.NF_INET_LOCAL_OUT, AFTER_MANGLE);
        for (Endpoint address : listening) {
            for (byte protocol : new byte[] {Expressions.IPPROTO_UDP, Expressions.IPPROTO_TCP}) {
                transaction.rule(family, chain, rule -> from(rule, family, address, protocol)
                        .connection(CT_MARK)
                        .setPacketMark()
                        .verdict(Expressions.NF_ACCEPT));
            }
        }
    }

    private void ofTheKernel(Family family, TableRules rules) {
        String chain = "of_the_kernel";
        transaction.chain(family, chain, "route", Transaction.NF_INET_LOCAL_OUT, AFTER_MANGLE);
        transaction.rule(family, chain, rule -> rule.meta(META_L4PROTO)
                .is8(Expressions.IPPROTO_UDP)
                .verdict(Expressions.NF_ACCEPT));
        transaction.rule(
                family,
                chain,
                rule -> reset(rule, family).meta(META_SKUID).isNot32(NOBODY).verdict(Expressions.NF_ACCEPT));
        transaction.rule(family, chain, rule -> giveMark(reset(rule, family), rules));
        transaction.rule(family, chain, rule -> reset(rule, family)
                .connection(Expressions.CT_DIRECTION)
                .is8(Expressions.IP_CT_DIR_ORIGINAL)
                .verdict(Expressions.NF_ACCEPT));
        transaction.rule(family, chain, rule -> reset(rule, family).verdict(Expressions.NF_DROP));

        transaction.rule(family, chain, rule -> giveMark(aboutServer(icmp(rule, family), family), rules));
        transaction.rule(
                family, chain, rule -> connectionToServer(aboutServer(portUnreachable(rule, family), family), family)
                        .verdict(Expressions.NF_ACCEPT));
        transaction.rule(family, chain, rule -> aboutServer(portUnreachable(rule, family), family)
                .verdict(Expressions.NF_DROP));
    }

    /** Gives the packet the mark of its connection, if that is one of Waymark's. */
    private static void giveMark(Expressions rule, TableRules rules) {
        rule.hasLabel(OWN_CONNECTION)
                .connection(CT_MARK)
                .and32(rules.mask())
                .setPacketMark()
                .verdict(Expressions.NF_ACCEPT);
    }

    private void queries(Family family, TableRules rules, List<Endpoint> listening) {
        String chain = "queries";
        transaction.chain(family, chain, "filter", Transaction.NF_INET_LOCAL_IN, Integer.MAX_VALUE);
        for (Endpoint address : listening) {
            transaction.rule(family, chain, rule -> {
                to(rule, family, address, Expressions.IPPROTO_UDP)
                        .load(rules.unknown())
                        .setPacketMark();
                bringMark(rule, rules.zones().get(0));
            });
            for (int zone : rules.zones().subList(1, rules.zones().size())) {
                transaction.rule(
                        family, chain, rule -> bringMark(to(rule, family, address, Expressions.IPPROTO_UDP), zone));
            }
        }
    }

    private static void bringMark(Expressions rule, int zone) {
        rule.connection(Expressions.CT_ZONE, Expressions.IP_CT_DIR_REPLY, Expressions.FIRST_REGISTER)
                .is(Expressions.inRegister((short) zone))
                .connection(CT_MARK)
                .setPacketMark();
    }

    /** Matches packets to an address. */
    private static Expressions to(Expressions rule, Family family, Endpoint address, byte protocol) {
        return end(rule, family, address, protocol, family.destination, DESTINATION_PORT);
    }

    /** Matches packets from an address. */
    private static Expressions from(Expressions rule, Family family, Endpoint address, byte protocol) {
        return end(rule, family, address, protocol, family.source, SOURCE_PORT);
    }

    private static Expressions end(
            Expressions rule, Family family, Endpoint address, byte protocol, int addressAt, int portAt) {
        rule.meta(META_L4PROTO)
                .is8(protocol)
                .payload(Expressions.TRANSPORT_HEADER, portAt, Short.BYTES)
                .is16(address.port());
        return address.isWildcard()
                ? rule
                : rule.payload(Expressions.NETWORK_HEADER, addressAt, family.addressBytes)
                        .is(family.bytes(address));
    }

    private static Expressions toServer(Expressions rule, Family family) {
        return endOfServer(rule, family, family.destination, DESTINATION_PORT);
    }

    private static Expressions endOfServer(Expressions rule, Family family, int addressAt, int portAt) {
        int protocol = Expressions.FIRST_REGISTER + family.addressBytes / Integer.BYTES;
        return rule.payload(Expressions.NETWORK_HEADER, addressAt, family.addressBytes)
                .meta(META_L4PROTO, protocol)
                .payload(Expressions.TRANSPORT_HEADER, portAt, Short.BYTES, protocol + 1)
                .isIn(SERVERS);
    }

    /** Matches the resets that the kernel sends to a server when a socket is gone. */
    private static Expressions reset(Expressions rule, Family family) {
        rule.meta(META_L4PROTO)
                .is8(Expressions.IPPROTO_TCP)
                .payload(Expressions.TRANSPORT_HEADER, TCP_FLAGS, Byte.BYTES)
                .and8(TCP_RST)
                .isNotZero(Byte.BYTES);
        return toServer(rule, family);
    }

    private static Expressions icmp(Expressions rule, Family family) {
        return rule.meta(META_L4PROTO).is8(family.icmp);
    }

    private static Expressions portUnreachable(Expressions rule, Family family) {
        return icmp(rule, family)
                .payload(Expressions.TRANSPORT_HEADER, 0, Short.BYTES)
                .is16(family.portUnreachable);
    }

    /** Matches errors about packets from a server, whether conntrack knows their connection or not. */
    private static Expressions aboutServer(Expressions rule, Family family) {
        int protocol = Expressions.FIRST_REGISTER + family.addressBytes / Integer.BYTES;
        return rule.payload(Expressions.TRANSPORT_HEADER, QUOTED + family.source, family.addressBytes)
                .payload(Expressions.TRANSPORT_HEADER, QUOTED + family.ipProtocol, Byte.BYTES, protocol)
                .payload(
                        Expressions.TRANSPORT_HEADER,
                        QUOTED + family.headerBytes + SOURCE_PORT,
                        Short.BYTES,
                        protocol + 1)
                .isIn(SERVERS);
    }

    /** Matches packets of connections to a server, Waymark's and other programs'. */
    private static Expressions connectionToServer(Expressions rule, Family family) {
        int protocol = Expressions.FIRST_REGISTER + family.addressBytes / Integer.BYTES;
        return rule.connection(family.connectionDestination, Expressions.IP_CT_DIR_ORIGINAL, Expressions.FIRST_REGISTER)
                .connection(Expressions.CT_PROTOCOL, Expressions.IP_CT_DIR_ORIGINAL, protocol)
                .connection(Expressions.CT_PROTO_DST, Expressions.IP_CT_DIR_ORIGINAL, protocol + 1)
                .isIn(SERVERS);
    }
}
