package org.waymark.lab;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Sees every packet of UDP and TCP between the gateway and the servers' port 53, in both directions, as the gateway's kernel does, and
 * compares its mark and its connection's mark with the one that is due. The name in the packet says which that is: {@code
 * q7.m137.example} is due 137. A name that does not say so may have any mark, which must then be the packet's, the connection's, and
 * that of all other packets of the connection.
 *
 * <p>Each packet is logged twice: as it is, and again when the connection's mark has been copied onto it. That happens after everything
 * that could mind has looked at the mark: on the way out after routing and the rule that saves it, on the way in just before the socket.
 * The first packet of a connection is logged once more before that, so that a 5-tuple may go to another mark when the kernel has
 * forgotten its connection, and not before.
 *
 * <p>An open lab has room for several meters.
 */
public final class TruthMeter implements AutoCloseable {
    private static final Duration SETTLING = Waiting.PATIENCE;
    private static final AtomicInteger GROUPS = new AtomicInteger(100);
    private static final Pattern COUNTER = Pattern.compile("counter packets (\\d+)");

    private static final String RULES = """
            table inet %1$s {
                chain outgoing {
                    type filter hook postrouting priority -140; policy accept;
                    oifname { %3$s } meta l4proto { tcp, udp } th dport 53 jump log_outgoing
                }
                chain log_outgoing {
                    ct status & confirmed == 0 counter log prefix "b" group %2$d
                    counter log prefix "o" group %2$d
                    meta mark set ct mark
                    counter log prefix "O" group %2$d
                }
                chain incoming {
                    type filter hook input priority -140; policy accept;
                    iifname { %3$s } meta l4proto { tcp, udp } th sport 53 jump log_incoming
                }
                chain log_incoming {
                    counter log prefix "i" group %2$d
                    meta mark set ct mark
                    counter log prefix "I" group %2$d
                }
            }
            """;

    private final Lab lab;
    private final String table;
    private final NetfilterLog log;
    private final Judge judge;
    private final Thread thread = new Thread(this::read, "truth meter");
    private volatile boolean closing;
    private volatile long received;
    private volatile long lost;
    private volatile Throwable failure;

    private TruthMeter(Lab lab, int group, Judge judge) {
        this.lab = lab;
        this.table = "truth" + group;
        this.judge = judge;
        this.log = lab.in(Host.GATEWAY, () -> NetfilterLog.open(group));
    }

    /** Starts to measure on the link to the servers. */
    public static TruthMeter on(Lab lab) {
        return on(lab, 0xffff_ffffL, "wan");
    }

    /** Starts to measure on some of the gateway's links, looking at those bits of the marks that a mask has. */
    public static TruthMeter on(Lab lab, long mask, String... links) {
        int group = GROUPS.incrementAndGet();
        TruthMeter meter = new TruthMeter(lab, group, new Judge(mask));
        String names = Stream.of(links).map(link -> '"' + link + '"').collect(Collectors.joining(", "));
        lab.loadNft(Host.GATEWAY, RULES.formatted(meter.table, group, names));
        meter.thread.setDaemon(true);
        meter.thread.start();
        return meter;
    }

    /**
     * What it has seen so far, every packet that has passed by now included.
     *
     * @throws AssertionError if the kernel could not log every packet, or the meter not read it: then nothing is proved
     */
    public Measurement measurement() {
        long logged = COUNTER.matcher(lab.exec(Host.GATEWAY, "nft", "list", "table", "inet", table)
                        .orFail())
                .results()
                .mapToLong(match -> Long.parseLong(match.group(1)))
                .sum();
        Waiting.until(
                SETTLING,
                "the meter reads the " + logged + " messages of the kernel",
                () -> received >= logged || lost > 0 || failure != null);
        synchronized (judge) {
            if (failure != null || lost > 0) {
                throw new AssertionError("nothing is measured: " + lost + " messages are lost", failure);
            }
            return judge.measurement();
        }
    }

    private void read() {
        try {
            while (!closing) {
                log.read((prefix, mark, packet) -> {
                    synchronized (judge) {
                        judge.packet(prefix, mark, packet);
                    }
                });
                lost = log.lost();
                received = log.received();
            }
        } catch (RuntimeException | Error e) {
            failure = e;
        }
    }

    @Override
    public void close() {
        lab.exec(Host.GATEWAY, "nft", "delete", "table", "inet", table);
        closing = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        log.close();
    }
}
