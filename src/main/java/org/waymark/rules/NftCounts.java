package org.waymark.rules;

import java.util.List;
import java.util.stream.Stream;
import org.waymark.firewall.CountedLeg;

/**
 * The sets and chains of nft that count bytes by the mark of their connection, one set for each leg of a client's traffic. The chains come
 * late in their hooks, so that what the host's rules drop is not counted.
 *
 * @param mark the connection's mark, as the key of a set
 * @param ports the ports that clients ask Waymark on
 * @param serverPorts the ports that servers are asked on
 */
record NftCounts(String mark, String ports, String serverPorts) {
    List<NftBlock> blocks() {
        return Stream.concat(sets(), Stream.of(forward(), input(), output())).toList();
    }

    static Stream<NftBlock> sets() {
        return Stream.of(CountedLeg.values()).map(NftCounts::set);
    }

    private static NftBlock set(CountedLeg leg) {
        return new NftBlock("set " + leg.set())
                .line("type mark")
                .line("size 65536")
                .line("flags dynamic")
                .line("counter");
    }

    private NftBlock forward() {
        return chain("forward")
                .comment("What clients send to others, and what comes back. (A flowtable passes by these rules.)")
                .line("ct direction original " + update(CountedLeg.FORWARDED_UP))
                .line("ct direction reply " + update(CountedLeg.FORWARDED_DOWN));
    }

    private NftBlock input() {
        return chain("input")
                .comment(
                        "Queries of clients, whatever port they come from, and answers to this host's own connections to servers.")
                .line("iifname != \"lo\" meta l4proto { tcp, udp } th dport " + ports + " "
                        + update(CountedLeg.CLIENT_DNS) + " accept")
                .line("iifname != \"lo\" meta l4proto { tcp, udp } th sport " + serverPorts + " ct direction reply "
                        + update(CountedLeg.SERVER_DNS));
    }

    private NftBlock output() {
        return chain("output")
                .comment(
                        "Answers to clients, and Waymark's queries to servers. (The host's own queries to servers count as"
                                + " nobody's, under the mark 0.)")
                .line("oifname != \"lo\" meta l4proto { tcp, udp } th sport " + ports + " "
                        + update(CountedLeg.CLIENT_DNS) + " accept")
                .line("oifname != \"lo\" meta l4proto { tcp, udp } th dport " + serverPorts + " ct direction original "
                        + update(CountedLeg.SERVER_DNS));
    }

    private static NftBlock chain(String hook) {
        return new NftBlock("chain count_" + hook).line("type filter hook " + hook + " priority 300; policy accept;");
    }

    private String update(CountedLeg leg) {
        return "update @" + leg.set() + " { " + mark + " }";
    }
}
