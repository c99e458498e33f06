package org.waymark.listener;

import java.util.List;
import java.util.function.LongSupplier;
import org.waymark.conntrack.MarkLookup;
import org.waymark.conntrack.TransportProtocol;
import org.waymark.linux.Endpoint;
import org.waymark.linux.Errno;
import org.waymark.linux.LinuxException;
import org.waymark.linux.ReceiveBatch;
import org.waymark.linux.Socket;
import org.waymark.mark.ConnectionMark;

/**
 * Tells the marks that connections have in conntrack. Over UDP the packet may bring it along, put there by a rule of
 * Waymark's own; one that brings none, or a 0, is looked up, since a 0 may also mean that conntrack does not know the connection.
 * Look-ups are those of a burst at once, or that of a TCP connection anew for what each read brings.
 *
 * @param broughtAlong whether the rule is in force
 */
record ConntrackMarks(MarkLookup lookup, boolean broughtAlong) implements MarkSource {
    private static final int NOT_LOOKED_UP = -1;

    @Override
    public void prepare(Socket udp) throws LinuxException {
        if (broughtAlong) {
            udp.receiveMark();
        }
    }

    @Override
    public void mark(List<UdpQuery> burst, ReceiveBatch received) {
        // Not at the end of the burst before: an error in it must never shift marks from one query to the next.
        lookup.clear();
        for (int i = 0; i < burst.size(); i++) {
            UdpQuery query = burst.get(i);
            long brought = received.mark(query.index);
            if (brought == ReceiveBatch.NO_MARK || brought == 0) {
                query.connection = lookup.add(TransportProtocol.UDP, query.local, query.peer);
            } else {
                query.connection = NOT_LOOKED_UP;
                query.connectionMark = ConnectionMark.known((int) brought);
            }
        }
        lookup.run();
        for (int i = 0; i < burst.size(); i++) {
            UdpQuery query = burst.get(i);
            if (query.connection != NOT_LOOKED_UP) {
                query.connectionMark = lookup.mark(query.connection);
            }
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
