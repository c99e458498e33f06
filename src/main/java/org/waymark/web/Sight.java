package org.waymark.web;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.waymark.metrics.Durations;
import org.waymark.metrics.MarkTotals;
import org.waymark.metrics.Snapshot;

/** What the web server shows of a running Waymark. It is asked on the operators' thread, and answers at once. */
public interface Sight {
    /**
     * @return when Waymark began to answer
     */
    Instant since();

    /**
     * @return what the workers have counted
     */
    Snapshot counts();

    /**
     * @return the queries by mark
     */
    MarkTotals marks();

    /**
     * @return the servers, in the order of the configuration
     */
    List<Server> servers();

    /**
     * @return what has a limit, and how much of it is in use
     */
    List<Resource> resources();

    /**
     * @return the source ports that one mark has for itself
     */
    List<Ports> ports();

    /**
     * @return questions that servers are asked now
     */
    int questions();

    /**
     * @return how full the cache is
     */
    CacheUse cache();

    /**
     * @return the accounts of the configuration, with their sums
     */
    List<Account> accounts();

    /**
     * @return what the log has warned of lately, the latest first
     */
    List<Warning> warnings();

    /**
     * @return why it is not healthy, in a line for people; empty if every worker's loop turns
     */
    Optional<String> fault();

    /**
     * @return why no query can be answered, in a line for people; empty if at least one server of the default group is not down
     */
    Optional<String> hindrance();

    /**
     * @param mark a connection mark, 32 bits
     * @return what is known of its latest queries; from the first call on they are watched, until it is not called for half a minute
     */
    Watched watch(int mark);

    /**
     * A server.
     *
     * @param name as the configuration writes it
     * @param groups the groups that have it
     * @param downPaths on how many of its paths (mark, transport, worker) it is down
     * @param tries questions that were sent to it
     * @param answers answers in time
     * @param timeouts questions that had their time without an answer
     * @param errors questions that the network or the server refused
     * @param roundTrips from question to answer
     */
    record Server(
            String name,
            List<String> groups,
            int downPaths,
            long tries,
            long answers,
            long timeouts,
            long errors,
            Durations roundTrips) {}

    /**
     * Something that there may only be so much of.
     *
     * @param limit the key in the section [limits]
     * @param used how much there is
     * @param max how much there may be
     */
    record Resource(String limit, long used, long max) {}

    /**
     * The source ports of one transport and IP version that belong to a mark: those of open sockets, and those that conntrack remembers.
     *
     * @param transport {@code udp} or {@code tcp}
     * @param family {@code ipv4} or {@code ipv6}
     * @param taken how many
     */
    record Ports(String transport, String family, int taken) {}

    /**
     * How full the cache is.
     *
     * @param entries the answers in it
     * @param used the bytes that they take
     * @param size the bytes that they may take; 0 if none are kept
     */
    record CacheUse(long entries, long used, long size) {}

    /**
     * An account.
     *
     * @param name the name in the configuration
     * @param mark the marks that count for it, as in the configuration
     * @param internetBytes what the ISP meters: forwarded packets, and the DNS of its queries to servers
     * @param dnsBytes the client's own DNS
     * @param everInternetBytes the same as internetBytes, with what sums had that were begun anew
     * @param everDnsBytes the same as dnsBytes, with what sums had that were begun anew
     * @param quotaBytes the quota; empty if it has none
     */
    record Account(
            String name,
            String mark,
            long internetBytes,
            long dnsBytes,
            long everInternetBytes,
            long everDnsBytes,
            Optional<Long> quotaBytes) {}

    /**
     * Something that an operator should know.
     *
     * @param at when
     * @param text what, in a line for people
     */
    record Warning(Instant at, String text) {}

    /**
     * The latest queries of a mark.
     *
     * @param queries how many were seen while they were watched
     * @param servers the servers that were asked, with the number of queries
     * @param refusals why queries were refused or failed, with their number
     * @param names the names that were asked for, with the number of queries; none unless the configuration allows to show them
     */
    record Watched(long queries, List<Share> servers, List<Share> refusals, List<Share> names) {}

    /**
     * One of several, with the number of queries.
     *
     * @param what which
     * @param queries how many
     */
    record Share(String what, long queries) {}
}
