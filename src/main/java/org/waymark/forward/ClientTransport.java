package org.waymark.forward;

import org.waymark.linux.Endpoint;
import org.waymark.metrics.Count;

/** What a client sends its queries over. What servers are asked over is a matter of its own; see {@link #needsTcpUpstream}. */
public enum ClientTransport {
    UDP(Count.UDP_IPV4_QUERIES, Count.UDP_IPV6_QUERIES, false, ""),
    TCP(Count.TCP_IPV4_QUERIES, Count.TCP_IPV6_QUERIES, true, " (TCP)");

    private final Count ipv4Queries;
    private final Count ipv6Queries;
    private final boolean needsTcpUpstream;
    private final String suffix;

    ClientTransport(Count ipv4Queries, Count ipv6Queries, boolean needsTcpUpstream, String suffix) {
        this.ipv4Queries = ipv4Queries;
        this.ipv6Queries = ipv6Queries;
        this.needsTcpUpstream = needsTcpUpstream;
        this.suffix = suffix;
    }

    /**
     * @param peer a client
     * @return the counter of the queries that come over it with the IP version of this client
     */
    public Count queriesFrom(Endpoint peer) {
        return peer.isIpv4() ? ipv4Queries : ipv6Queries;
    }

    /**
     * @return whether servers must be asked over TCP, because the client expects an answer of any size, or a zone transfer
     */
    public boolean needsTcpUpstream() {
        return needsTcpUpstream;
    }

    /**
     * @param peer a client's address and port
     * @return the same with the transport, for people
     */
    public String describe(Object peer) {
        return peer + suffix;
    }
}
