package org.waymark.lab;

import java.util.List;

/** What the kernel of a host has counted about UDP and TCP over IPv4, see {@code /proc/net/snmp}. */
public final class KernelCounts {
    /** Datagrams that programs have read. */
    public static final String READ = "InDatagrams";

    /** Datagrams that were dropped because a program did not read fast enough. */
    public static final String NO_ROOM = "RcvbufErrors";

    /** Segments of TCP that came in, those without data included. */
    public static final String SEGMENTS = "InSegs";

    private KernelCounts() {}

    public static long udp(Lab lab, Host host, String name) {
        return count(lab, host, "Udp: ", name);
    }

    public static long tcp(Lab lab, Host host, String name) {
        return count(lab, host, "Tcp: ", name);
    }

    private static long count(Lab lab, Host host, String protocol, String name) {
        List<String> lines = lab.exec(host, "cat", "/proc/net/snmp")
                .orFail()
                .lines()
                .filter(line -> line.startsWith(protocol))
                .toList();
        int column = List.of(lines.get(0).split(" ")).indexOf(name);
        return Long.parseLong(lines.get(1).split(" ")[column]);
    }
}
