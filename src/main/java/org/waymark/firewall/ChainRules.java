package org.waymark.firewall;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.waymark.linux.Endpoint;

/** Writes the rules of each chain of {@link MarkTable}, which explains them. */
final class ChainRules {
    /** The label that distinguishes Waymark's connections from those of other programs: the last of conntrack's 128 labels. */
    private static final byte[] OWN_CONNECTION = ByteBuffer.allocate(2 * Long.BYTES)
            .order(ByteOrder.nativeOrder())
            .putLong(Long.BYTES, Long.MIN_VALUE)
            .array();

    /** No user: the packet was not sent by a socket. */
    private static final int NOBODY = -1;

    private final Transaction transaction;

    /**
     * @param transaction takes the rules, for the table that it has at the moment
     */
    ChainRules(Transaction transaction) {
        this.transaction = transaction;
    }

    /** Writes all rules of a chain. */
    void add(Family family, OwnChain chain, TableRules rules) {
        List<Endpoint> listening = rules.listening().stream()
                .filter(endpoint -> Family.of(endpoint) == family)
                .toList();
        switch (chain) {
            case TO_SERVERS -> toServers(family, rules, listening);
            case FROM_SERVERS -> fromServers(family, rules, listening);
            case ANSWERS -> answers(family, listening);
            case QUERIES -> queries(family, rules, listening);
            case OF_THE_KERNEL -> ofTheKernel(family, rules);
            case REQUIRED_ROUTES -> requiredRoutes(family, rules);
        }
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

    private void requiredRoutes(Family family, TableRules rules) {
        String chain = OwnChain.REQUIRED_ROUTES.title;
        for (GuardedMark guarded : rules.guarded()) {
            transaction.rule(
                    family, chain, rule -> PacketMatch.toServer(PacketMatch.astray(rule, family, guarded), family)
                            .counter()
                            .verdict(NfTables.NF_DROP));
            transaction.rule(family, chain, rule -> PacketMatch.aboutServer(
                            PacketMatch.icmp(PacketMatch.astray(rule, family, guarded), family), family)
                    .counter()
                    .verdict(NfTables.NF_DROP));
        }
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
