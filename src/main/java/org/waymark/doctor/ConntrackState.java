package org.waymark.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.waymark.linux.Sysctl;

/** Whether the kernel tracks connections, and has room for more. */
final class ConntrackState {
    private static final String TOPIC = "conntrack";
    private static final String COUNT = "net.netfilter.nf_conntrack_count";
    private static final String MOST = "net.netfilter.nf_conntrack_max";
    private static final String BYTES = "net.netfilter.nf_conntrack_acct";

    /** From this part on there is little room. */
    private static final double NEARLY_FULL = 0.9;

    private ConntrackState() {}

    static List<Finding> examine() {
        Optional<Long> count = Sysctl.read(COUNT).map(Long::valueOf);
        Optional<Long> most = Sysctl.read(MOST).map(Long::valueOf);
        if (count.isEmpty() || most.isEmpty()) {
            return List.of(Finding.fault(
                    TOPIC,
                    "the kernel does not track connections",
                    "there are no connection marks without it",
                    Cure.run("modprobe nf_conntrack")));
        }
        List<Finding> findings = new ArrayList<>();
        findings.add(room(count.get(), most.get()));
        boolean countsBytes = Sysctl.read(BYTES).equals(Optional.of("1"));
        findings.add(Finding.ok(
                "accounting",
                countsBytes
                        ? "conntrack counts the bytes of connections"
                        : "conntrack does not count bytes; if you account by its events: sysctl -w " + BYTES + "=1"));
        return findings;
    }

    /** A limit of 0 is none. */
    static Finding room(long count, long most) {
        String seen = count + " of " + most + " connections";
        Cure cure = Cure.run("sysctl -w " + MOST + "=" + Math.max(2 * most, 2 * count));
        if (most == 0 || count < NEARLY_FULL * most) {
            return Finding.ok(TOPIC, seen);
        }
        return count < most
                ? Finding.warning(
                        TOPIC, seen, "when the table is full, the kernel drops the packets of new connections", cure)
                : Finding.fault(
                        TOPIC,
                        seen,
                        "the table is full: the kernel drops packets of new connections, clients' and Waymark's",
                        cure);
    }
}
