package org.waymark.report;

import java.util.function.Supplier;
import org.waymark.linux.Endpoint;
import org.waymark.mark.ConnectionMark;
import org.waymark.mark.Mark;
import org.waymark.watch.Look;

/** Says in words how marks are lost: an example, the cause that fits, and the cure. */
final class LossCauses {
    private static final String DOCTOR = "; run waymark doctor";

    private final Supplier<MarkSetup> setup;

    LossCauses(Supplier<MarkSetup> setup) {
        this.setup = setup;
    }

    /** Of a connection that has not the mark that is due. */
    String ofOtherMark(Look look) {
        String due = Mark.describe(look.due());
        String found = Mark.describe(ConnectionMark.value(look.found()));
        return switch (look.subject()) {
            case SERVER ->
                "sent with mark " + due + " to " + server(look) + ", but its connection has mark " + found + ": "
                        + atServer(look) + DOCTOR;
            case ANSWER ->
                "the answer to " + look.peer() + " has left, and its connection, which had mark " + due
                        + ", has mark " + found + ": a rule in OUTPUT" + of(look.peer())
                        + " saves the mark of every packet, and answers have none; it needs the guard -m mark ! --mark 0 (nft:"
                        + " meta mark != 0)" + DOCTOR;
            case PACKET ->
                "a packet of " + look.peer() + " came with mark " + due + ", but its connection has mark " + found
                        + ": rules must restore it before packets come in, as CONNMARK --restore-mark does in PREROUTING, and"
                        + " over TCP net.ipv4.tcp_fwmark_accept must be 1; or set mark.source to \"conntrack\""
                        + DOCTOR;
            case QUERY, UNMARKED, ONE_WAY -> throw new IllegalArgumentException(look.toString());
        };
    }

    private static String server(Look look) {
        return look.peer() + " over " + look.protocol();
    }

    private static String of(Endpoint address) {
        return address.isIpv4() ? "" : " for IPv6";
    }

    private String atServer(Look look) {
        int due = look.due() & look.bits();
        int found = ConnectionMark.value(look.found()) & look.bits();
        String rules = " in OUTPUT or POSTROUTING" + of(look.peer());
        if (found != due && (found & due) == due && due != 0) {
            return "a rule" + rules + " adds " + Mark.describe(found ^ due)
                    + " to the mark; let it leave Waymark's packets out, or, if these bits are not for Waymark, leave them out of"
                    + " mark.mask";
        }
        if (setup.get().ownTable()) {
            return "Waymark's own table has set it, so a rule" + rules
                    + " overwrites it later, or has changed the packet's mark earlier (table raw); let it leave Waymark's packets"
                    + " out";
        }
        if (found == 0) {
            return "OUTPUT" + of(look.peer())
                    + " lacks a rule that saves the mark (rule 4 of conf/firewall), or a later rule overwrites it";
        }
        return "a rule" + rules + " changes the packet's mark before it is saved, or overwrites the connection's later";
    }

    /**
     * Of a connection to a server that conntrack does not know in the zones where it should be.
     *
     * @param zone the zone where it is, as {@link Tracking} tells it
     */
    String ofNoEntry(Look look, int zone) {
        String sent = "sent with mark " + Mark.describe(look.due()) + " to " + server(look) + ", but ";
        return zone < 0
                ? sent + "conntrack has no entry for its connection, so nothing keeps the mark: "
                        + untracked(
                                look,
                                zone,
                                "a rule in OUTPUT" + of(look.peer())
                                        + " says NOTRACK (nft: notrack), and must leave Waymark's packets out")
                        + DOCTOR
                : sent + "its connection is in the conntrack zone " + zone
                        + ", which is not in mark.upstream-zones: add it there, so that Waymark sees the marks that source ports had"
                        + DOCTOR;
    }

    /** Conntrack tracks only for rules that need it, which those of Waymark's own table do. */
    private String untracked(Look look, int zone, String byRule) {
        return zone == Tracking.NOTHING && !setup.get().ownTable()
                ? "conntrack tracks nothing over " + (look.peer().isIpv4() ? "IPv4" : "IPv6")
                        + ": no rule on this host needs it, or one says NOTRACK to everything; load the rules that give marks"
                        + " (waymark rules)"
                : byRule;
    }

    /** Of so many queries, all of the mark 0, which is right as long as nobody has logged in. */
    String ofNoMarks(long queries) {
        return "none of the first " + queries
                + " queries had a mark; if clients should have one by now, waymark doctor says where it is lost";
    }

    /** Of a client that had a mark, as others had, which may all have been logged out. */
    String ofMarksThatAreGone(Look look) {
        return "many queries in a row had no mark, among them those of clients that had one just before, such as "
                + look.peer() + "; if nobody has logged them out, waymark doctor says where their marks are lost";
    }

    /**
     * Of queries that came on connections that conntrack does not know in the zones where they should be.
     *
     * @param example one of them
     * @param zone the zone where its connection is, as {@link Tracking} tells it
     */
    String ofUnknownQueries(QueryMarks.Total lately, Look example, int zone) {
        return lately.withoutEntry() + " of the latest " + lately.all()
                + " queries came on connections that conntrack has no entry for, one of them from "
                + example.peer() + ofClient(example, zone);
    }

    /**
     * Of a client's new connections, which began for conntrack with what Waymark has sent.
     *
     * @param example one of them
     * @param zone the zone where it is, as {@link Tracking} tells it
     */
    String ofOneWay(Look example, int zone) {
        return "conntrack sees only the answers on connections over " + example.protocol() + ", one of them of "
                + example.peer() + ", so their queries have mark " + Mark.describe(0) + ofClient(example, zone);
    }

    private String ofClient(Look example, int zone) {
        if (zone >= 0 && !setup.get().zones().contains(zone)) {
            return ": its connection is in the conntrack zone " + zone + ", which is not in mark.zones: add it there"
                    + DOCTOR;
        }
        String notrack =
                "a rule in PREROUTING says NOTRACK (nft: notrack), or their connections are in a zone that is not in"
                        + " mark.zones";
        return ": " + untracked(example, zone, notrack) + DOCTOR;
    }
}
