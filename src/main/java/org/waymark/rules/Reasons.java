package org.waymark.rules;

/** Why the rules are there, for the comments of every format. docs/firewall.md tells more. */
final class Reasons {
    static final String RESTORE = "1. A packet of a known connection gets the mark that the connection has.";

    static final String ANSWERS =
            "An answer gets no other mark: the server that sends it may be one of your clients, too. (After"
                    + " conntrack -F the first packet that conntrack sees may be Waymark's answer. It then takes the client's next"
                    + " query for an answer, so queries to Waymark go on to the rules below.)";

    static final String SAVE =
            "3. The connection keeps the packet's mark. Waymark asks conntrack for it when it reads the query.";

    static final String REDIRECT = "Whatever server a client asks, its query comes to Waymark.";

    static final String MASQUERADE =
            "What leaves by another link than the main one needs that link's address, so that answers"
                    + " come back by it.";

    static final String OTHER_SERVICES =
            "With net.ipv4.tcp_fwmark_accept the kernel answers TCP connections with the mark of their first packet."
                    + " Those to other services of this host are answered without it, so that no answer leaves by a link.";

    private Reasons() {}

    /** What gives a mark, in order. */
    static String clients(boolean login) {
        return "2. Whose packet is it? Only packets without a mark are asked, so that the first rule that matches counts: "
                + (login ? "clients that have logged in, then " : "")
                + "hardware addresses, then the smallest network, then interfaces.";
    }

    /** Why rule 4 is there, and why it is there even if Waymark's own table does the same. */
    static String output(Basis basis) {
        return "4. Waymark sends its own query with the client's mark, and its new connection takes it over. The guard is"
                + " essential: the answer to the client leaves through this hook too, without a mark, and would otherwise write 0"
                + " over the mark of the client's connection."
                + (basis.ownTable()
                        ? " (Waymark's own table does the same. This rule does no harm beside it, and does its work where the"
                                + " table can't be added.)"
                        : "");
    }
}
