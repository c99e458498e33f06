package org.waymark.upstream;

import java.util.BitSet;
import java.util.List;
import org.waymark.conntrack.TransportProtocol;
import org.waymark.linux.Endpoint;
import org.waymark.linux.LinuxException;

/**
 * The kernel, as far as connections to servers need it: sockets that carry a mark, and what conntrack remembers. One for each worker,
 * on its thread. The real one is {@link KernelNetworkStack}; a simulation plays another.
 */
public interface NetworkStack extends AutoCloseable {
    /** The datagrams of a UDP socket that are sent together at most. */
    int MOST_SENT = 64;

    /** The connections that conntrack can be made to forget at a time. */
    int MOST_FORGOTTEN = 64;

    /**
     * A connection to a server.
     *
     * @param protocol its transport
     * @param source the address and port that it comes from
     * @param server the address and port that it goes to
     */
    record Connection(TransportProtocol protocol, Endpoint source, Endpoint server) {}

    /**
     * @param server what it will be connected to; the socket uses only the server's IP version
     * @param mark of every packet that it sends
     * @return a new UDP socket, neither bound nor connected
     * @throws LinuxException EMFILE if descriptors have run out, EPERM if the mark may not be set
     */
    UdpSocket udp(Endpoint server, int mark) throws LinuxException;

    /**
     * The same for TCP.
     *
     * @param server as for {@link #udp}
     * @param mark as for {@link #udp}
     * @return a new TCP socket, neither bound nor connected
     * @throws LinuxException as for {@link #udp}
     */
    TcpSocket tcp(Endpoint server, int mark) throws LinuxException;

    /**
     * @param server a server
     * @param mark of a packet
     * @return the address that the kernel sends it from; where there are several routes, and the port decides, it may be another one
     * @throws LinuxException ENETUNREACH and the like if there is no route
     */
    Endpoint sourceAddress(Endpoint server, int mark) throws LinuxException;

    /**
     * Takes a port that no socket of this process has, so that nobody else takes it meanwhile.
     *
     * @param protocol the port's transport
     * @param local the wildcard address of the port's IP version, and the port
     * @return what gives it back; null if another program, or the kernel, has it
     */
    Runnable take(TransportProtocol protocol, Endpoint local);

    /**
     * @param connection a connection that may be made
     * @return the mark that conntrack remembers of it, as {@link org.waymark.mark.ConnectionMark} codes it
     */
    long rememberedMark(Connection connection);

    /**
     * @param connection a connection that a packet has left on
     * @return the mark that conntrack has of it; unavailable if conntrack has forgotten it since, and it began again with a packet of the
     *     server
     */
    long markOfSent(Connection connection);

    /**
     * Deletes connections from conntrack. Programs that account by conntrack events still get the last event of each, with its bytes and mark.
     *
     * @param connections {@link #MOST_FORGOTTEN} at most; nothing is sent on them any more
     * @return the indexes of those that conntrack does not know any more
     */
    BitSet forget(List<Connection> connections);

    @Override
    void close();
}
