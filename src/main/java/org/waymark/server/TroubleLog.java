package org.waymark.server;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.waymark.linux.Errno;
import org.waymark.metrics.Count;

/**
 * Logs what has gone wrong since the last report: one line for each kind of trouble, however often it happened. So the log mentions every
 * kind of trouble, but an attacker can't fill it.
 */
final class TroubleLog {
    static final long INTERVAL_SECONDS = 10;

    private static final Logger LOG = LoggerFactory.getLogger(TroubleLog.class);

    /** The counters that an operator should know of at once; the others appear only in the summary at the end. */
    private static final Set<Count> TROUBLES = Set.of(
            Count.MARK_UNAVAILABLE,
            Count.MARK_NOT_RESTORED,
            Count.LOOPS,
            Count.REFUSED_NETWORK,
            Count.REFUSED_MARK,
            Count.REFUSED_POLICY,
            Count.SERVER_FAILURES,
            Count.UNSENT_ANSWERS,
            Count.INTERNAL_ERRORS,
            Count.QUERIES_IN_FLIGHT_LIMIT,
            Count.QUERIES_PER_CLIENT_LIMIT,
            Count.OVERLOAD,
            Count.SUSPECTED_FORGERIES,
            Count.QUERIES_PER_QUESTION_LIMIT,
            Count.ZONE_TRANSFERS_LIMIT,
            Count.TCP_CONNECTIONS_LIMIT,
            Count.TCP_CONNECTIONS_PER_CLIENT_LIMIT,
            Count.NOT_ACCEPTED,
            Count.TCP_UNSENT_LIMIT,
            Count.UPSTREAM_SOCKETS_LIMIT,
            Count.UPSTREAM_SOCKETS_PER_MARK_LIMIT,
            Count.FILES_SHORT,
            Count.PORTS_SHORT);

    private final List<Worker> workers;
    private final ForwardingLoops loops;
    private final Map<Count, Long> seen = new EnumMap<>(Count.class);

    TroubleLog(List<Worker> workers, ForwardingLoops loops) {
        this.workers = List.copyOf(workers);
        this.loops = loops;
    }

    private long total(Count count) {
        return workers.stream()
                .mapToLong(worker -> worker.counters().get(count))
                .sum();
    }

    /** Logs what is new. */
    void report() {
        for (Count count : Count.values()) {
            long total = total(count);
            long news = total - seen.getOrDefault(count, 0L);
            seen.put(count, total);
            if (news > 0 && TROUBLES.contains(count)) {
                LOG.warn(
                        "{} {} in the last {} s{}{}",
                        news,
                        count.description(),
                        INTERVAL_SECONDS,
                        example(count),
                        detail(count));
            }
        }
    }

    private String example(Count count) {
        return workers.stream()
                .map(worker -> worker.counters().takeExample(count))
                .filter(Objects::nonNull)
                .reduce((one, other) -> one)
                .map(example -> ", one from " + example)
                .orElse("");
    }

    private String detail(Count count) {
        return switch (count) {
            case MARK_UNAVAILABLE -> ": " + markErrors();
            case MARK_NOT_RESTORED ->
                ": rules must put it onto them before they come in, as CONNMARK --restore-mark does in PREROUTING, and over TCP"
                        + " net.ipv4.tcp_fwmark_accept must be 1; or set mark.source to \"conntrack\"";
            case LOOPS -> ": " + loops.cure();
            default -> "";
        };
    }

    private String markErrors() {
        List<Errno> errors = new ArrayList<>();
        workers.stream().map(Worker::markError).filter(e -> e != null).forEach(errors::add);
        return errors.stream().distinct().map(Errno::toString).collect(Collectors.joining(", "));
    }

    /** Says in one line what has happened since the start. */
    String summary() {
        List<String> parts = new ArrayList<>();
        for (Count count : Count.values()) {
            long total = total(count);
            if (total > 0) {
                parts.add(total + " " + count.description());
            }
        }
        return parts.isEmpty() ? "no queries" : String.join("; ", parts);
    }
}
