package org.waymark.lab;

import java.util.List;

/** What the kernel of a host has counted about UDP over IPv4, see {@code /proc/net/snmp}. */
public final class KernelCounts {
    /** Datagrams that programs have read. */
    public static final String READ = "InDatagrams";

    /** Datagrams that were dropped because a program did not read fast enough. */
    public static final String NO_ROOM = "RcvbufErrors";

    private KernelCounts() {}

    public static long udp(Lab lab, Host host, String name) {
        List<String> udp = lab.exec(host, "cat", "/proc/net/snmp")
                .orFail()
                .lines()
                .filter(line -> line.startsWith("Udp: "))
                .toList();
        int column = List.of(udp.get(0).split(" ")).indexOf(name);
        return Long.parseLong(udp.get(1).split(" ")[column]);
    }
}
