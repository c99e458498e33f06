package org.waymark.lab;

import java.util.List;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the gateway's kernel sends towards the servers of its own accord, refusals (ICMP) and resets (TCP): by which link, with which
 * mark, and how many packets; and how many packets came from the servers' port 53 meanwhile.
 */
public final class KernelReplies implements AutoCloseable {
    private static final Pattern SENT =
            Pattern.compile("\"?(wan2?)\"? \\. (0x[0-9a-f]+) \\. ([\\w-]+) counter packets (\\d+)");
    private static final Pattern ARRIVED = Pattern.compile("counter packets (\\d+)");

    private static final String RULES = """
            table inet replies {
                set sent { type ifname . mark . inet_proto; size 100; flags dynamic; counter; }
                chain prerouting {
                    type filter hook prerouting priority -300;
                    iifname { "wan", "wan2" } meta l4proto { tcp, udp } th sport 53 counter
                }
                chain postrouting {
                    type filter hook postrouting priority 300;
                    oifname { "wan", "wan2" } icmp type destination-unreachable goto note
                    oifname { "wan", "wan2" } icmpv6 type destination-unreachable goto note
                    oifname { "wan", "wan2" } tcp dport 53 tcp flags & rst == rst goto note
                }
                chain note {
                    update @sent { meta oifname . meta mark . meta l4proto }
                }
            }
            """;

    private final Lab lab;

    private KernelReplies(Lab lab) {
        this.lab = lab;
    }

    /** Starts to count; the kernel may then refuse as much as it likes. */
    public static KernelReplies on(Lab lab) {
        lab.shell(Host.GATEWAY, """
                echo 0 > /proc/sys/net/ipv4/icmp_ratelimit
                echo 0 > /proc/sys/net/ipv6/icmp/ratelimit
                """);
        lab.loadNft(Host.GATEWAY, RULES);
        return new KernelReplies(lab);
    }

    /** How many packets have come from servers. */
    public long arrived() {
        Matcher matcher = ARRIVED.matcher(list("chain", "prerouting"));
        return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
    }

    /** What has left, in words. */
    public List<String> sent() {
        return inWords(sent -> true);
    }

    /** What has left by another link or with another mark, in words. */
    public List<String> astray(String link, long mark) {
        return inWords(sent -> !sent.group(1).equals(link) || Long.decode(sent.group(2)) != mark);
    }

    private List<String> inWords(Predicate<MatchResult> which) {
        return SENT.matcher(list("set", "sent"))
                .results()
                .filter(which)
                .map(sent -> sent.group(4) + " of " + sent.group(3) + " by " + sent.group(1) + " with mark "
                        + Long.decode(sent.group(2)))
                .toList();
    }

    private String list(String what, String name) {
        return lab.exec(Host.GATEWAY, "nft", "list", what, "inet", "replies", name)
                .orFail();
    }

    @Override
    public void close() {
        lab.exec(Host.GATEWAY, "nft", "delete", "table", "inet", "replies");
    }
}
