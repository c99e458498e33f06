package org.waymark.forward;

import org.waymark.metrics.Count;

/** What a client sends its queries over. What servers are asked over is a matter of its own; see {@link #needsTcpUpstream}. */
public enum ClientTransport {
    UDP(Count.UDP_QUERIES, false, ""),
    TCP(Count.TCP_QUERIES, true, " (TCP)");

    private final Count queries;
    private final boolean needsTcpUpstream;
    private final String suffix;

    ClientTransport(Count queries, boolean needsTcpUpstream, String suffix) {
        this.queries = queries;
        this.needsTcpUpstream = needsTcpUpstream;
        this.suffix = suffix;
    }

    /**
     * @return the counter of the queries that come over it
     */
    public Count queries() {
        return queries;
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
