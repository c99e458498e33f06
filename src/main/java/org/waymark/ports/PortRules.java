package org.waymark.ports;

import java.time.Duration;
import java.util.BitSet;
import java.util.stream.IntStream;
import org.waymark.linux.Sysctl;

/**
 * What this host says about source ports.
 *
 * @param udpHold how long conntrack remembers a UDP connection after its last packet
 * @param tcpHold how long conntrack remembers a TCP connection after it was closed
 * @param reserved the ports that are set aside for others (net.ipv4.ip_local_reserved_ports), and those that this
 *     process listens on: a connection that lingers on one would keep the next start from listening
 */
public record PortRules(Duration udpHold, Duration tcpHold, BitSet reserved) {
    /** How often the host is asked again: no port that is held now is free before. */
    public static final Duration REFRESH = Duration.ofSeconds(5);

    private static final String DEFAULT_SECONDS = "120";

    /** Answers may still arrive after a socket was closed, and each restarts the timeout of conntrack. */
    private static final Duration LATE_ANSWERS = Duration.ofSeconds(5);

    /**
     * @param listening the ports that this process listens on
     * @return the rules of the network namespace that this process is in; where the kernel does not tell, its defaults
     */
    public static PortRules ofThisHost(IntStream listening) {
        BitSet reserved = parse(Sysctl.read("net.ipv4.ip_local_reserved_ports").orElse(""));
        listening.forEach(reserved::set);
        return new PortRules(
                longest("udp_timeout", "udp_timeout_stream"),
                longest("tcp_timeout_syn_sent", "tcp_timeout_fin_wait", "tcp_timeout_time_wait", "tcp_timeout_close"),
                reserved);
    }

    private static Duration longest(String... timeouts) {
        long seconds = 0;
        for (String timeout : timeouts) {
            String value = Sysctl.read("net.netfilter.nf_conntrack_" + timeout).orElse(DEFAULT_SECONDS);
            seconds = Math.max(seconds, Long.parseLong(value));
        }
        return Duration.ofSeconds(seconds).plus(LATE_ANSWERS);
    }

    /** Reads a list such as {@code 8080,9000-9100}. */
    static BitSet parse(String list) {
        BitSet ports = new BitSet();
        if (!list.isEmpty()) {
            for (String range : list.split(",")) {
                String[] ends = range.split("-", 2);
                ports.set(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]) + 1);
            }
        }
        return ports;
    }
}
