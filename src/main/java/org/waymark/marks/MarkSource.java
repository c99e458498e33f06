package org.waymark.marks;

import java.util.List;
import org.waymark.conntrack.MarkLookup;
import org.waymark.linux.Endpoint;
import org.waymark.linux.Errno;
import org.waymark.linux.LinuxException;
import org.waymark.linux.ReceiveBatch;
import org.waymark.linux.Socket;
import org.waymark.watch.Looks;

/**
 * Where the marks of clients' connections come from; marks are coded as {@link org.waymark.mark.ConnectionMark} does. Each
 * worker has its own. Nothing is allocated for a query over UDP.
 */
public interface MarkSource extends AutoCloseable {
    /** No mark comes with the packets; it is none that one has. */
    long NOTHING_BROUGHT = -2;

    /**
     * @param lookup in the conntrack zones of clients' connections; it is closed together with the source
     * @param unknown what a packet brings along, in place of the mark of its connection, whose connection conntrack does not know, 32
     *     bits, unsigned; {@link #NOTHING_BROUGHT} if packets bring nothing
     * @param looks the worker's, told what a few connections show
     * @return a source that knows the mark that a connection has at the moment
     */
    static MarkSource conntrack(MarkLookup lookup, long unknown, Looks looks) {
        return new ConntrackMarks(lookup, unknown, new ClientWatch(lookup, looks));
    }

    /**
     * @param lookup in the conntrack zones of clients' connections, where some packets are checked; it is closed together with the source
     * @param looks the worker's, told what a few connections show
     * @return a source that takes the mark of the packet for that of its connection, for hosts whose rules restore it before
     *     the packet comes in; over TCP it is the mark of the connection's first packet
     */
    static MarkSource packets(MarkLookup lookup, Looks looks) {
        return new PacketMarks(lookup, new ClientWatch(lookup, looks));
    }

    /**
     * @return whether it relies on what Waymark's own table has made of a packet's mark; a packet that may have come before
     *     the table knew its address must be read before {@link #prepare}
     */
    default boolean reliesOnTable() {
        return false;
    }

    /**
     * Readies a socket that queries come in by.
     *
     * @param udp a UDP socket; what waits there already is told of as well
     * @throws LinuxException if the kernel can't tell marks this way
     */
    void prepare(Socket udp) throws LinuxException;

    /**
     * Tells the connection mark of every datagram of a burst.
     *
     * @param burst the datagrams, {@link MarkLookup#MAX_BURST} at most
     * @param received what they are among
     */
    void mark(List<ClientDatagram> burst, ReceiveBatch received);

    /**
     * The same for a burst whose packets have come while other marks were put on packets: conntrack is asked, whatever they bring.
     *
     * @param burst the datagrams, {@link MarkLookup#MAX_BURST} at most
     */
    void lookUp(List<ClientDatagram> burst);

    /**
     * @param acceptedMark the mark that the socket had when it was accepted
     * @param local the connection's local address and port
     * @param peer the client's
     * @return tells the connection's mark, whenever queries have come
     */
    StreamMark ofConnection(int acceptedMark, Endpoint local, Endpoint peer);

    /**
     * The answer to a datagram is about to leave.
     *
     * @param datagram what is answered
     * @param connectionMark the mark that it came with; unknown if nobody has asked for it
     * @return to be run when the answer has left; mostly null, for nothing
     */
    Runnable answering(ClientDatagram datagram, long connectionMark);

    /** {@link org.waymark.watch.Pace#TICK_NANOS} have passed. */
    void tick();

    /**
     * @return what the latest failure to tell a mark was, for people; null if there was none
     */
    Errno lastError();

    @Override
    void close();
}
