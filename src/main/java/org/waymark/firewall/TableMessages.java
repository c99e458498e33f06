package org.waymark.firewall;

import static org.waymark.firewall.Expressions.CT_MARK;
import static org.waymark.firewall.Expressions.META_L4PROTO;
import static org.waymark.firewall.Expressions.META_MARK;
import static org.waymark.firewall.Expressions.META_SKUID;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import org.waymark.linux.Endpoint;
import org.waymark.linux.NetfilterRequests;

/**
 * Writes the transactions by which a {@link MarkTable} comes and changes (linux/netfilter/nf_tables.h). What the chains do stands
 * there.
 */
final class TableMessages {
    /** Room for the longest of the messages, which is a rule. */
    static final int MAX_BYTES = 1024;

    /** Conntrack's own hooks come right before. */
    private static final int BEFORE_ALL_RULES = -199;

    /** Rules that save or restore marks have run: those of iptables' table mangle do at -150. */
    private static final int AFTER_MANGLE = -149;

    private static final String SERVERS = "servers";

    private static final int SOURCE_PORT = 0;
    private static final int DESTINATION_PORT = 2;
    private static final int TCP_FLAGS = 13;
    private static final byte TCP_RST = 4;

    private final Transaction transaction;
    private final String table;

    /**
     * @param requests where the messages are written, from offset 0 on; {@link #MAX_BYTES} each
     */
    TableMessages(ByteBuffer requests, String table) {
        this.transaction = new Transaction(new NetfilterRequests(requests), table);
        this.table = table;
    }

    /** How many messages there are at most for these rules. */
    static int count(TableRules rules) {
        int perAddress = 5 + rules.zones().size();
        return 40 + perAddress * rules.listening().size() + rules.servers().size();
    }

    /**
     * Writes the transaction that adds the table.
     *
     * @param flags of the table
     * @return its length in bytes
     */
    int add(TableRules rules, int flags) {
        transaction.begin();
        for (Family family : Family.values()) {
            transaction.table(family, flags);
            transaction.set(family, SERVERS);
        }
        rules.servers().forEach(this::addServer);
        for (Family family : Family.values()) {
            List<Endpoint> listening = rules.listening().stream()
                    .filter(endpoint -> Family.of(endpoint) == family)
                    .toList();
            toServers(family, rules, listening);
            ofTheKernel(family, rules, listening);
            fromServers(family, rules);
            if (rules.bringsMarks()) {
                queries(family, rules, listening);
            }
        }
        return transaction.end();
    }

    /** Writes the transaction that changes the servers; returns its length in bytes. */
    int servers(Collection<ServerAddress> added, Collection<ServerAddress> removed) {
        transaction.begin();
        added.forEach(this::addServer);
        removed.forEach(server -> {
            Family family = Family.of(server.address());
            transaction.removeElement(family, SERVERS, family.key(server));
        });
        return transaction.end();
    }

    /** Writes the transaction that removes tables of a name; returns its length in bytes. */
    int remove(Collection<Family> families) {
        transaction.begin();
        families.forEach(transaction::removeTable);
        return transaction.end();
    }

    private void addServer(ServerAddress server) {
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
    }

    private void ofTheKernel(Family family, TableRules rules, List<Endpoint> listening) {
        String chain = "of_the_kernel";
        transaction.chain(family, chain, "route", Transaction.NF_INET_LOCAL_OUT, AFTER_MANGLE);
        if (rules.markAnswers()) {
            for (Endpoint address : listening) {
                for (byte protocol : new byte[] {Expressions.IPPROTO_UDP, Expressions.IPPROTO_TCP}) {
                    transaction.rule(family, chain, rule -> from(rule, family, address, protocol)
                            .connection(CT_MARK)
                            .setPacketMark()
                            .verdict(Expressions.NF_ACCEPT));
                }
            }
        }
        transaction.rule(family, chain, rule -> reset(rule, family)
                .connection(Expressions.CT_DIRECTION)
                .is8(Expressions.IP_CT_DIR_ORIGINAL)
                .connection(CT_MARK)
                .and32(rules.mask())
                .setPacketMark()
                .verdict(Expressions.NF_ACCEPT));
        transaction.rule(family, chain, rule -> reset(rule, family).verdict(Expressions.NF_DROP));
        transaction.rule(
                family, chain, rule -> error(rule, family, family.connectionDestination, Expressions.CT_PROTO_DST)
                        .connection(CT_MARK)
                        .and32(rules.mask())
                        .setPacketMark()
                        .verdict(Expressions.NF_ACCEPT));
        transaction.rule(family, chain, rule -> error(rule, family, family.connectionSource, Expressions.CT_PROTO_SRC)
                .verdict(Expressions.NF_DROP));
    }

    private void fromServers(Family family, TableRules rules) {
        String chain = "from_servers";
        transaction.chain(family, chain, "filter", Transaction.NF_INET_LOCAL_IN, BEFORE_ALL_RULES);
        transaction.rule(family, chain, rule -> {
            endOfServer(rule, family, family.source, SOURCE_PORT)
                    .meta(META_SKUID)
                    .is32(rules.userId())
                    .socketMark()
                    .setPacketMark();
            if (rules.mask() == Expressions.ALL_BITS) {
                rule.setConnectionMark();
            } else {
                rule.saveMark(rules.mask()).connection(CT_MARK).setPacketMark();
            }
        });
    }

    private void queries(Family family, TableRules rules, List<Endpoint> listening) {
        String chain = "queries";
        transaction.chain(family, chain, "filter", Transaction.NF_INET_LOCAL_IN, Integer.MAX_VALUE);
        for (Endpoint address : listening) {
            transaction.rule(family, chain, rule -> {
                to(rule, family, address).load(rules.unknown()).setPacketMark();
                bringMark(rule, rules.zones().get(0));
            });
            for (int zone : rules.zones().subList(1, rules.zones().size())) {
                transaction.rule(family, chain, rule -> bringMark(to(rule, family, address), zone));
            }
        }
    }

    private static void bringMark(Expressions rule, int zone) {
        rule.connection(Expressions.CT_ZONE, Expressions.IP_CT_DIR_REPLY, Expressions.FIRST_REGISTER)
                .is(Expressions.inRegister((short) zone))
                .connection(CT_MARK)
                .setPacketMark();
    }

    /** Matches the packets that come to an address over UDP. */
    private static Expressions to(Expressions rule, Family family, Endpoint address) {
        return end(rule, family, address, Expressions.IPPROTO_UDP, family.destination, DESTINATION_PORT);
    }

    /** Matches the packets that leave from an address. */
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

    /** Matches what the kernel sends to a server that goes on with a connection whose socket is gone. */
    private static Expressions reset(Expressions rule, Family family) {
        rule.meta(META_MARK)
                .is32(0)
                .meta(META_L4PROTO)
                .is8(Expressions.IPPROTO_TCP)
                .payload(Expressions.TRANSPORT_HEADER, TCP_FLAGS, Byte.BYTES)
                .and8(TCP_RST)
                .isNotZero(Byte.BYTES);
        return toServer(rule, family);
    }

    /** Matches the errors that the kernel tells about packets of connections that have a server at one end. */
    private static Expressions error(Expressions rule, Family family, int addressKey, int portKey) {
        int protocol = Expressions.FIRST_REGISTER + family.addressBytes / Integer.BYTES;
        return rule.meta(META_MARK)
                .is32(0)
                .meta(META_L4PROTO)
                .is8(family.icmp)
                .connection(Expressions.CT_STATE)
                .and32(Expressions.STATE_RELATED)
                .isNotZero(Integer.BYTES)
                .connection(addressKey, Expressions.IP_CT_DIR_ORIGINAL, Expressions.FIRST_REGISTER)
                .connection(Expressions.CT_PROTOCOL, Expressions.IP_CT_DIR_ORIGINAL, protocol)
                .connection(portKey, Expressions.IP_CT_DIR_ORIGINAL, protocol + 1)
                .isIn(SERVERS);
    }
}
