package org.waymark.listener;

import java.util.List;
import java.util.function.LongSupplier;
import org.waymark.conntrack.MarkLookup;
import org.waymark.conntrack.TransportProtocol;
import org.waymark.linux.Endpoint;
import org.waymark.linux.Errno;
import org.waymark.linux.ReceiveBatch;
import org.waymark.linux.Socket;

/** Looks the marks up in conntrack: those of a burst at once, and that of a TCP connection anew for what each read brings. */
record ConntrackMarks(MarkLookup lookup) implements MarkSource {
    /** Conntrack knows a connection by the addresses that every socket tells. */
    @Override
    public void prepare(Socket udp) {}

    @Override
    public void mark(List<UdpQuery> burst, ReceiveBatch received) {
        // Not at the end of the burst before: an error in it must never shift marks from one query to the next.
        lookup.clear();
        for (int i = 0; i < burst.size(); i++) {
            UdpQuery query = burst.get(i);
            query.connection = lookup.add(TransportProtocol.UDP, query.local, query.peer);
        }
        lookup.run();
        for (int i = 0; i < burst.size(); i++) {
            burst.get(i).connectionMark = lookup.mark(burst.get(i).connection);
        }
    }

    @Override
    public LongSupplier ofConnection(int acceptedMark, Endpoint local, Endpoint peer) {
        return () -> {
            lookup.clear();
            int index = lookup.add(TransportProtocol.TCP, local, peer);
            lookup.run();
            return lookup.mark(index);
        };
    }

    @Override
    public Errno lastError() {
        return lookup.lastError();
    }

    @Override
    public void close() {
        lookup.close();
    }
}
