package org.waymark.lab;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Has the gateway send the packets of each mark to the servers from an address of its own, 10.70.0.0 and the mark. So a server knows the
 * mark of what it is asked, by the kernel's own account.
 */
public final class MarkedSources {
    private MarkedSources() {}

    /** Sets this up for the marks from 0 up to this one, over IPv4, beside whatever rules are loaded. */
    public static void upTo(Lab lab, int highestMark) {
        lab.shell(Host.UPSTREAM, "ip route replace 10.70.0.0/16 via 10.99.0.1");
        String addresses = IntStream.rangeClosed(0, highestMark)
                .mapToObj(mark -> mark + " : 10.70." + (mark >>> 8) + "." + (mark & 0xff))
                .collect(Collectors.joining(", "));
        lab.loadNft(Host.GATEWAY, """
                table ip sources
                delete table ip sources
                table ip sources {
                    map addresses { type mark : ipv4_addr; elements = { %s } }
                    chain postrouting {
                        type nat hook postrouting priority srcnat; policy accept;
                        oifname "wan" meta l4proto { tcp, udp } th dport 53 snat to meta mark map @addresses
                    }
                }
                """.formatted(addresses));
    }

    /** The mark that a query was sent with. */
    public static int markOf(StubServer.Seen query) {
        byte[] address = query.from().getAddress().getAddress();
        if (address[0] != 10 || address[1] != 70) {
            throw new AssertionError(query.name() + " came from " + query.from());
        }
        return (address[2] & 0xff) << 8 | address[3] & 0xff;
    }
}
