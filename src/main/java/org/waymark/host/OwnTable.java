package org.waymark.host;

import java.security.SecureRandom;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.waymark.config.Configuration;
import org.waymark.config.Marking;
import org.waymark.config.ServerAddress;
import org.waymark.conntrack.TransportProtocol;
import org.waymark.firewall.GuardedMark;
import org.waymark.firewall.MarkTable;
import org.waymark.firewall.ServerElement;
import org.waymark.firewall.TableRules;
import org.waymark.linux.Endpoint;
import org.waymark.linux.Errno;
import org.waymark.linux.LinuxException;
import org.waymark.linux.Socket;
import org.waymark.linux.User;
import org.waymark.mark.MarkMask;
import org.waymark.marks.MarkSource;

/**
 * Handles both halves of a mark by Waymark's own table, if configuration and kernel allow it. Otherwise the log says once what the host's
 * rules must do.
 */
public final class OwnTable implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OwnTable.class);

    private static final int NAMES = 3;

    /** No process has an id as large as this (man 5 proc, pid_max). */
    private static final long MOST_PROCESSES = 1 << 22;

    private static final String LEFT_TO_RULES =
            "The marks of connections to servers are what the host's rules make of them: the rule that saves the mark in OUTPUT"
                    + " must be there, a mark of 0 does not replace one that conntrack remembers from another program, and what the"
                    + " kernel sends for late answers has no mark.{}";

    /** What packets bring along whose connection is not known. It stays the same while the table changes, because some wait to be read. */
    private final int unknown = new SecureRandom().nextInt();

    private final RecentServers servers = new RecentServers(Set.of(), System::nanoTime);
    private Optional<MarkTable> table = Optional.empty();
    private Runnable announcement = () -> {};
    private Optional<Boolean> packetsCanTellMarks = Optional.empty();

    private Optional<GuardedRoutes> routes = Optional.empty();

    private OwnTable() {}

    /**
     * Adds the table, before the first packet comes.
     *
     * @param configuration the settings
     * @param servers the servers of all groups
     * @param use what is in use already
     * @return the table, or a stand-in that does nothing if there is none
     * @throws StartException if policies require routes, and there is no table to guard them
     */
    public static OwnTable add(Configuration configuration, Set<ServerAddress> servers, TableUse use)
            throws StartException {
        OwnTable added = new OwnTable();
        try {
            added.addTable(configuration, added.rules(configuration, servers, use));
            return added;
        } catch (LinuxException e) {
            added.close();
            throw new StartException(
                    "can't guard the routes of a [[policy]] with require-route = true: Waymark's own table can't be added to"
                            + " nftables (" + e.errno() + "); it needs CAP_NET_ADMIN and Linux 5.12",
                    e);
        }
    }

    /**
     * Makes the table what a configuration needs and what is still in use, before anything relies on it. Each packet meets all of the former
     * rules or all of the new ones. Replaced servers stay for a while.
     *
     * @param configuration the configuration
     * @param wanted the servers of all groups
     * @param use what is in use
     * @throws LinuxException if the kernel refuses the change; then nothing has changed
     */
    public synchronized void serve(Configuration configuration, Set<ServerAddress> wanted, TableUse use)
            throws LinuxException {
        Marking marking = configuration.marking();
        TableRules rules = rules(configuration, wanted, use);
        if (!marking.ownRule() && !use.reliesOnTable()) {
            table.ifPresent(MarkTable::close);
            table = Optional.empty();
            announcement = () -> LOG.info("mark.own-rule is false. " + LEFT_TO_RULES, noteOnQueries(marking));
        } else if (table.isPresent()) {
            table.get().change(rules);
        } else {
            addTable(configuration, rules);
        }
    }

    /** Lets packets with guarded marks leave by the interfaces that their routes have now. */
    private synchronized void routesChanged() {
        try {
            if (table.isPresent() && routes.isPresent()) {
                table.get().guard(routes.get().read());
            }
        } catch (LinuxException e) {
            LOG.warn("can't learn by which links guarded marks may leave, and leaves it as it was: {}", e.errno());
        }
    }

    private void addTable(Configuration configuration, TableRules rules) throws LinuxException {
        Marking marking = configuration.marking();
        if (!marking.ownRule()) {
            announcement = () -> LOG.info("mark.own-rule is false. " + LEFT_TO_RULES, noteOnQueries(marking));
            return;
        }
        try {
            MarkTable added = add(rules);
            table = Optional.of(added);
            announcement = () -> announceTable(added);
        } catch (LinuxException e) {
            if (!rules.guarded().isEmpty()) {
                throw e;
            }
            announcement = () -> LOG.warn(
                    "Waymark's own table (mark.own-rule) can't be added to nftables: {}. " + LEFT_TO_RULES,
                    e.errno(),
                    noteOnQueries(marking));
        }
    }

    private TableRules rules(Configuration configuration, Set<ServerAddress> wanted, TableUse use)
            throws LinuxException {
        Marking marking = configuration.marking();
        List<Endpoint> listening = Stream.concat(
                        configuration.listen().addresses().stream().map(Endpoint::of),
                        use.listening().stream().sorted(Comparator.comparing(Endpoint::toString)))
                .distinct()
                .toList();
        Set<ServerElement> all = servers.change(addresses(wanted));
        return new TableRules(
                listening,
                use.reliesOnTable() || packetsCanTellMarks(marking) ? marking.zones() : List.of(),
                unknown,
                all,
                configuration.outgoingBits() | use.outgoingBits(),
                marking.answers() || use.answersAreMarked(),
                User.effective(),
                guarded(configuration.guardedMarks(), all));
    }

    private List<GuardedMark> guarded(List<MarkMask> marks, Set<ServerElement> all) throws LinuxException {
        if (routes.isEmpty()) {
            if (marks.isEmpty()) {
                return List.of();
            }
            routes = Optional.of(GuardedRoutes.watch(this::routesChanged));
        }
        routes.get()
                .guard(
                        marks,
                        all.stream()
                                .map(server ->
                                        server.address().toSocketAddress().getAddress())
                                .collect(Collectors.toSet()));
        return routes.get().read();
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

    /** Once Waymark has started, logs whether there is a table. */
    public synchronized void announce() {
        announcement.run();
    }

    /**
     * @param marking the section of the configuration
     * @return where the mark of a query comes from, for people
     */
    public String sourceOfMarks(Marking marking) {
        if (marking.source() == Marking.Source.PACKET) {
            return "packets, as the host's rules restore them";
        }
        return unknown(marking) == MarkSource.NOTHING_BROUGHT
                ? "conntrack, asked for each query"
                : "conntrack, by Waymark's own table";
    }

    private boolean packetsCanTellMarks(Marking marking) {
        if (!marking.ownRule() || marking.source() != Marking.Source.CONNTRACK) {
            return false;
        }
        if (packetsCanTellMarks.isEmpty()) {
            packetsCanTellMarks = Optional.of(kernelCanTellMarks());
        }
        return packetsCanTellMarks.get();
    }

    /** Before Linux 5.19 sockets can't report the marks of packets. */
    private static boolean kernelCanTellMarks() {
        try (Socket probe = Socket.udp()) {
            probe.receiveMark(true);
            return true;
        } catch (LinuxException e) {
            LOG.info(
                    "Conntrack is asked for the mark of each query, because this kernel can't report it with the packet: {}",
                    e.errno());
            return false;
        }
    }

    private static String noteOnQueries(Marking marking) {
        return marking.source() == Marking.Source.CONNTRACK
                ? " Conntrack is asked for the mark of each query by addresses and ports, which can't distinguish networks that have"
                        + " the same ones."
                : "";
    }

    private static void announceTable(MarkTable table) {
        LOG.info(
                "Waymark's own table in nftables is {}, for ip and ip6; no other program can load it, so leave it out when you save"
                        + " the ruleset: nft list ruleset | sed '/^table ip6\\? waymark-[0-9]/,/^}/d'",
                table.name());
        table.interferingTable()
                .ifPresent(other -> LOG.warn(
                        "Conntrack is asked for the mark of each query, because a chain of the table {} sees packets after Waymark's own"
                                + " (mark.own-rule) and could change the marks that they bring: give its input hook a priority below"
                                + " 2147483647",
                        other));
    }

    /**
     * The rules by which Waymark gives connections to servers their marks, for whoever tries them out; nothing in them is about clients.
     *
     * @param configuration the settings
     * @param servers the servers
     * @param user the user of the sockets
     * @return the rules
     */
    public static TableRules rulesForServers(Configuration configuration, Set<ServerAddress> servers, int user) {
        return new TableRules(
                List.of(), List.of(), 0, addresses(servers), configuration.outgoingBits(), false, user, List.of());
    }

    /**
     * @return whether there is a table, which gives marks to connections to servers
     */
    public synchronized boolean isThere() {
        return table.isPresent();
    }

    private static Set<ServerElement> addresses(Set<ServerAddress> servers) {
        Set<ServerElement> addresses = new HashSet<>();
        for (ServerAddress server : servers) {
            Endpoint address = withoutLink(Endpoint.of(server.address()));
            protocols(server).forEach(protocol -> addresses.add(new ServerElement(address, protocol)));
        }
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

    /**
     * @param marking the section of the configuration that is to be in force
     * @return the mark that a packet brings if its connection is not known, as {@link MarkSource#conntrack} expects it
     */
    public synchronized long unknown(Marking marking) {
        boolean brings = packetsCanTellMarks(marking)
                && table.map(MarkTable::copiesMarks).orElse(false);
        return brings ? Integer.toUnsignedLong(unknown) : MarkSource.NOTHING_BROUGHT;
    }

    /**
     * Removes the table, unless answers may still come. Without the table, the kernel would tell their servers that nobody is there any
     * more.
     *
     * @param answersDue whether some question has not been answered
     */
    public synchronized void end(boolean answersDue) {
        if (answersDue && table.isPresent()) {
            LOG.info(
                    "Late answers may still come: the table {} stays until the next start (or nft delete table ip {}, and ip6)",
                    table.get().lateName(),
                    table.get().lateName());
            routes.ifPresent(GuardedRoutes::close);
            table.get().leave();
            table = Optional.empty();
        } else {
            close();
        }
    }

    @Override
    public synchronized void close() {
        routes.ifPresent(GuardedRoutes::close);
        table.ifPresent(MarkTable::close);
        table = Optional.empty();
    }
}
