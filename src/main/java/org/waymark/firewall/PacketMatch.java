package org.waymark.firewall;

import static org.waymark.firewall.NfTables.CT_PROTOCOL;
import static org.waymark.firewall.NfTables.CT_PROTO_DST;
import static org.waymark.firewall.NfTables.FIRST_REGISTER;
import static org.waymark.firewall.NfTables.IPPROTO_TCP;
import static org.waymark.firewall.NfTables.IP_CT_DIR_ORIGINAL;
import static org.waymark.firewall.NfTables.META_IIF;
import static org.waymark.firewall.NfTables.META_L4PROTO;
import static org.waymark.firewall.NfTables.META_MARK;
import static org.waymark.firewall.NfTables.META_OIF;
import static org.waymark.firewall.NfTables.NETWORK_HEADER;
import static org.waymark.firewall.NfTables.TRANSPORT_HEADER;

import org.waymark.linux.Endpoint;

/** The packets that the rules of Waymark's tables are about: each method adds to a rule what it matches, and returns the rule. */
final class PacketMatch {
    /** The name of the set of servers, which has an address, a protocol and a port for each. */
    static final String SERVERS = "servers";

    private static final int SOURCE_PORT = 0;
    private static final int DESTINATION_PORT = 2;
    private static final int TCP_FLAGS = 13;
    private static final byte TCP_RST = 4;

    /** What a packet that did not come in has for the interface that it came by. */
    private static final int NO_INTERFACE = 0;

    /** The packet that an ICMP error is about follows its header of eight bytes. */
    private static final int QUOTED = 8;

    private PacketMatch() {}

    /** Matches packets to an address. */
    static Expressions to(Expressions rule, Family family, Endpoint address, byte protocol) {
        return end(rule, family, address, protocol, family.destination, DESTINATION_PORT);
    }

    /** Matches packets from an address. */
    static Expressions from(Expressions rule, Family family, Endpoint address, byte protocol) {
        return end(rule, family, address, protocol, family.source, SOURCE_PORT);
    }

    /** Matches packets from a port of any address. */
    static Expressions fromPort(Expressions rule, int port, byte protocol) {
        return port(rule, port, protocol, SOURCE_PORT);
    }

    private static Expressions port(Expressions rule, int port, byte protocol, int portAt) {
        return rule.meta(META_L4PROTO)
                .is8(protocol)
                .payload(TRANSPORT_HEADER, portAt, Short.BYTES)
                .is16(port);
    }

    private static Expressions end(
            Expressions rule, Family family, Endpoint address, byte protocol, int addressAt, int portAt) {
        port(rule, address.port(), protocol, portAt);
        return address.isWildcard()
                ? rule
                : rule.payload(NETWORK_HEADER, addressAt, family.addressBytes).is(family.bytes(address));
    }

    /** Matches packets to a server. */
    static Expressions toServer(Expressions rule, Family family) {
        return serverAt(rule, family, family.destination, DESTINATION_PORT);
    }

    /** Matches packets from a server. */
    static Expressions fromServer(Expressions rule, Family family) {
        return serverAt(rule, family, family.source, SOURCE_PORT);
    }

    private static Expressions serverAt(Expressions rule, Family family, int addressAt, int portAt) {
        int protocol = FIRST_REGISTER + family.addressBytes / Integer.BYTES;
        return rule.payload(NETWORK_HEADER, addressAt, family.addressBytes)
                .meta(META_L4PROTO, protocol)
                .payload(TRANSPORT_HEADER, portAt, Short.BYTES, protocol + 1)
                .isIn(SERVERS);
    }

    /** Matches packets of this host that have a guarded mark and leave by none of its interfaces. */
    static Expressions astray(Expressions rule, Family family, GuardedMark guarded) {
        rule.meta(META_IIF)
                .is32(NO_INTERFACE)
                .meta(META_MARK)
                .and32(guarded.mask())
                .is32(guarded.value())
                .meta(META_OIF);
        guarded.interfaces(family).forEach(rule::isNot32);
        return rule;
    }

    /** Matches the resets that the kernel sends to a server when a socket is gone. */
    static Expressions reset(Expressions rule, Family family) {
        rule.meta(META_L4PROTO)
                .is8(IPPROTO_TCP)
                .payload(TRANSPORT_HEADER, TCP_FLAGS, Byte.BYTES)
                .and8(TCP_RST)
                .isNotZero(Byte.BYTES);
        return toServer(rule, family);
    }

    /** Matches what ICMP says, errors and others. */
    static Expressions icmp(Expressions rule, Family family) {
        return rule.meta(META_L4PROTO).is8(family.icmp);
    }

    /** Matches errors that say that no socket has the port. */
    static Expressions portUnreachable(Expressions rule, Family family) {
        return icmp(rule, family).payload(TRANSPORT_HEADER, 0, Short.BYTES).is16(family.portUnreachable);
    }

    /** Matches errors about packets from a server, whether conntrack knows their connection or not. */
    static Expressions aboutServer(Expressions rule, Family family) {
        int protocol = FIRST_REGISTER + family.addressBytes / Integer.BYTES;
        return rule.payload(TRANSPORT_HEADER, QUOTED + family.source, family.addressBytes)
                .payload(TRANSPORT_HEADER, QUOTED + family.ipProtocol, Byte.BYTES, protocol)
                .payload(TRANSPORT_HEADER, QUOTED + family.headerBytes + SOURCE_PORT, Short.BYTES, protocol + 1)
                .isIn(SERVERS);
    }

    /** Matches packets of connections to a server, Waymark's and other programs'. */
    static Expressions connectionToServer(Expressions rule, Family family) {
        int protocol = FIRST_REGISTER + family.addressBytes / Integer.BYTES;
        return rule.connection(family.connectionDestination, IP_CT_DIR_ORIGINAL, FIRST_REGISTER)
                .connection(CT_PROTOCOL, IP_CT_DIR_ORIGINAL, protocol)
                .connection(CT_PROTO_DST, IP_CT_DIR_ORIGINAL, protocol + 1)
                .isIn(SERVERS);
    }
}
