package org.waymark.server;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.waymark.config.Configuration;
import org.waymark.config.Marking;
import org.waymark.config.PolicyRule;
import org.waymark.config.ServerAddress;
import org.waymark.conntrack.TransportProtocol;
import org.waymark.firewall.MarkTable;
import org.waymark.firewall.ServerElement;
import org.waymark.firewall.TableRules;
import org.waymark.linux.Endpoint;
import org.waymark.linux.Errno;
import org.waymark.linux.LinuxException;
import org.waymark.linux.Socket;
import org.waymark.linux.User;
import org.waymark.marks.MarkSource;

/**
 * Handles both halves of a mark by Waymark's own table, if configuration and kernel allow it. Otherwise the log says once what the host's
 * rules must do.
 */
final class OwnTable implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OwnTable.class);

    private static final int NAMES = 3;

    /** No process has an id as large as this (man 5 proc, pid_max). */
    private static final long MOST_PROCESSES = 1 << 22;

    private static final String LEFT_TO_RULES =
            "The marks of connections to servers are what the host's rules make of them: the rule that saves the mark in OUTPUT"
                    + " must be there, a mark of 0 does not replace one that conntrack remembers from another program, and what the"
                    + " kernel sends for late answers has no mark.{}";

    private final Optional<MarkTable> table;
    private final Runnable announcement;
    private final long unknown;
    private final List<Set<ServerElement>> former = new ArrayList<>();

    private OwnTable(Optional<MarkTable> table, Runnable announcement, long unknown) {
        this.table = table;
        this.announcement = announcement;
        this.unknown = unknown;
    }

    /**
     * Adds the table, before the first packet comes.
     *
     * @param servers the servers of each group
     */
    static OwnTable add(Configuration configuration, List<List<ServerAddress>> servers) {
        Marking marking = configuration.marking();
        if (!marking.ownRule()) {
            return without(() -> LOG.info("mark.own-rule is false. " + LEFT_TO_RULES, aboutQueries(marking)));
        }
        int unknown = new SecureRandom().nextInt();
        TableRules rules = new TableRules(
                configuration.listen().addresses().stream().map(Endpoint::of).toList(),
                packetsCanTellMarks(marking) ? marking.zones() : List.of(),
                unknown,
                addresses(servers),
                outgoingBits(configuration),
                marking.answers(),
                User.effective());
        try {
            MarkTable table = add(rules);
            boolean bringsMarks = rules.bringsMarks() && table.inTheWay().isEmpty();
            OwnTable own = new OwnTable(
                    Optional.of(table),
                    () -> tellOf(table),
                    bringsMarks ? Integer.toUnsignedLong(unknown) : MarkSource.NOTHING_BROUGHT);
            own.former.add(rules.servers());
            return own;
        } catch (LinuxException e) {
            return without(() -> LOG.warn(
                    "Waymark's own table (mark.own-rule) can't be added to nftables: {}. " + LEFT_TO_RULES,
                    e.errno(),
                    aboutQueries(marking)));
        }
    }

    /** Tries several names, because a Waymark in another process namespace may have the same process id. */
    private static MarkTable add(TableRules rules) throws LinuxException {
        long pid = ProcessHandle.current().pid();
        LinuxException taken = null;
        for (int i = 0; i < NAMES; i++) {
            try {
                return MarkTable.add("waymark-" + (pid + i * MOST_PROCESSES), rules);
            } catch (LinuxException e) {
                if (!e.errno().equals(Errno.EEXIST) && !e.errno().equals(Errno.EPERM)) {
                    throw e;
                }
                taken = e;
            }
        }
        throw taken;
    }

    private static OwnTable without(Runnable announcement) {
        return new OwnTable(Optional.empty(), announcement, MarkSource.NOTHING_BROUGHT);
    }

    /** Once Waymark has started, logs whether there is a table. */
    void announce() {
        announcement.run();
    }

    /** Says for people where the mark of a query comes from. */
    String sourceOfMarks(Marking marking) {
        if (marking.source() == Marking.Source.PACKET) {
            return "packets, as the host's rules restore them";
        }
        return unknown == MarkSource.NOTHING_BROUGHT
                ? "conntrack, asked for each query"
                : "conntrack, by Waymark's own table";
    }

    /** Before Linux 5.19 sockets can't report the marks of packets. */
    private static boolean packetsCanTellMarks(Marking marking) {
        if (marking.source() != Marking.Source.CONNTRACK) {
            return false;
        }
        try (Socket probe = Socket.udp()) {
            probe.receiveMark();
            return true;
        } catch (LinuxException e) {
            LOG.info(
                    "Each query's mark is asked of conntrack, because this kernel can't tell it with the packet: {}",
                    e.errno());
            return false;
        }
    }

    private static String aboutQueries(Marking marking) {
        return marking.source() == Marking.Source.CONNTRACK
                ? " Each query's mark is asked of conntrack by addresses and ports, which tells nothing of networks that have"
                        + " the same ones."
                : "";
    }

    private static void tellOf(MarkTable table) {
        LOG.info(
                "Waymark's own table in nftables is {}, for ip and ip6; nobody else can load it, so leave it out where you save"
                        + " the ruleset: nft list ruleset | sed '/^table ip6\\? waymark-[0-9]/,/^}/d'",
                table.name());
        table.inTheWay()
                .ifPresent(other -> LOG.warn(
                        "Each query's mark is asked of conntrack, because a chain of the table {} sees packets after Waymark's own"
                                + " (mark.own-rule) and could change what they bring along: give its input hook a priority below"
                                + " 2147483647",
                        other));
    }

    /** The bits that may be set in the mark of a packet to a server. */
    private static int outgoingBits(Configuration configuration) {
        Marking marking = configuration.marking();
        return configuration.policies().stream()
                .map(PolicyRule::setMark)
                .map(change -> change.mask() | change.value())
                .reduce(marking.mask() | marking.unknownMark(), (one, other) -> one | other);
    }

    private static Set<ServerElement> addresses(List<List<ServerAddress>> servers) {
        Set<ServerElement> addresses = new HashSet<>();
        servers.stream().flatMap(Collection::stream).forEach(server -> {
            Endpoint address = withoutLink(Endpoint.of(server.address()));
            protocols(server).forEach(protocol -> addresses.add(new ServerElement(address, protocol)));
        });
        return addresses;
    }

    /** Packets do not say which link a link-local address belongs to. */
    private static Endpoint withoutLink(Endpoint address) {
        if (!address.isIpv4()) {
            address.setIpv6(address.high(), address.low(), address.port());
        }
        return address;
    }

    /** Waymark asks a UDP server over TCP as well, for queries that came over TCP. */
    private static Stream<TransportProtocol> protocols(ServerAddress server) {
        return server.protocol() == ServerAddress.Protocol.UDP
                ? Stream.of(TransportProtocol.UDP, TransportProtocol.TCP)
                : Stream.of(TransportProtocol.TCP);
    }

    /** The mark that a packet brings if its connection is not known, as {@link MarkSource#conntrack} expects it. */
    long unknown() {
        return unknown;
    }

    /**
     * Changes the servers to whose connections the table gives marks, before the first connection to a new one. The servers from before the
     * change stay, because there may still be connections to them; those to older ones have ended.
     *
     * @param servers the servers of each group from now on
     */
    synchronized void servers(List<List<ServerAddress>> servers) {
        if (table.isEmpty()) {
            return;
        }
        Set<ServerElement> wanted = addresses(servers);
        former.add(wanted);
        if (former.size() > 2) {
            former.remove(0);
        }
        Set<ServerElement> all = new HashSet<>();
        former.forEach(all::addAll);
        try {
            table.get().servers(all);
        } catch (LinuxException e) {
            LOG.error(
                    "Waymark's own table does not know the servers of now; their marks are left to the host's rules: {}",
                    e.errno());
        }
    }

    /**
     * Removes the table, unless answers may still come. Without the table, the kernel would tell their servers that nobody is there any
     * more.
     *
     * @param answersDue whether some question has not been answered
     */
    synchronized void end(boolean answersDue) {
        if (answersDue && table.isPresent()) {
            LOG.info(
                    "Late answers may still come: the table {} stays until the next start (or nft delete table ip {}, and ip6)",
                    table.get().lateName(),
                    table.get().lateName());
            table.get().leave();
        } else {
            close();
        }
    }

    @Override
    public synchronized void close() {
        table.ifPresent(MarkTable::close);
    }
}
