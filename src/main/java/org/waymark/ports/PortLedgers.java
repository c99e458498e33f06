package org.waymark.ports;

import java.util.BitSet;
import java.util.List;
import java.util.function.LongSupplier;
import org.waymark.conntrack.TransportProtocol;
import org.waymark.linux.Endpoint;

/** The port ledgers of the process, one for each transport and IP version; all workers share them. */
public final class PortLedgers {
    private final PortLedger udp4;
    private final PortLedger udp6;
    private final PortLedger tcp4;
    private final PortLedger tcp6;

    /**
     * @param nanoTime the clock, as {@link System#nanoTime}
     * @param rules what this host says about ports and conntrack's memory
     */
    public PortLedgers(LongSupplier nanoTime, PortRules rules) {
        BitSet reserved = rules.reserved();
        udp4 = new PortLedger(nanoTime, rules.udpHold().toNanos(), reserved);
        udp6 = new PortLedger(nanoTime, rules.udpHold().toNanos(), reserved);
        tcp4 = new PortLedger(nanoTime, rules.tcpHold().toNanos(), reserved);
        tcp6 = new PortLedger(nanoTime, rules.tcpHold().toNanos(), reserved);
    }

    /**
     * Takes over what conntrack's timeouts are now. Connections may have got longer ones before, so they never become shorter here.
     *
     * @param rules what this host says now
     */
    public void refresh(PortRules rules) {
        udp4.holdAtLeast(rules.udpHold().toNanos());
        udp6.holdAtLeast(rules.udpHold().toNanos());
        tcp4.holdAtLeast(rules.tcpHold().toNanos());
        tcp6.holdAtLeast(rules.tcpHold().toNanos());
    }

    /**
     * Sets more ports aside, for as long as the process runs. A socket that has one keeps it.
     *
     * @param ports those that are not to be leased any more
     */
    public void reserve(BitSet ports) {
        for (PortLedger ledger : List.of(udp4, udp6, tcp4, tcp6)) {
            ledger.reserve(ports);
        }
    }

    /**
     * Tells whether a packet was sent by this process itself, to a server.
     *
     * @param protocol its transport
     * @param source the address and port that it comes from, as it arrives here
     * @return the server that it was sent to, or null
     */
    public Endpoint serverOf(TransportProtocol protocol, Endpoint source) {
        return of(protocol, source).serverOf(source);
    }

    /**
     * The source ports of one transport and IP version.
     *
     * @param transport the transport, as {@code udp}
     * @param family the IP version, as {@code ipv4}
     * @param taken how many belong to one mark: those of open sockets, and those that conntrack remembers
     */
    public record Use(String transport, String family, int taken) {}

    /**
     * @return what is taken of each transport and IP version
     */
    public List<Use> use() {
        return List.of(
                new Use("udp", "ipv4", udp4.taken()),
                new Use("udp", "ipv6", udp6.taken()),
                new Use("tcp", "ipv4", tcp4.taken()),
                new Use("tcp", "ipv6", tcp6.taken()));
    }

    /**
     * @param protocol a transport
     * @param server an address of the IP version
     * @return the ledger of both
     */
    public PortLedger of(TransportProtocol protocol, Endpoint server) {
        if (server.isIpv4()) {
            return protocol == TransportProtocol.UDP ? udp4 : tcp4;
        }
        return protocol == TransportProtocol.UDP ? udp6 : tcp6;
    }
}
