package org.waymark.upstream;

import org.waymark.dns.WireMessage;
import org.waymark.linux.Endpoint;
import org.waymark.linux.Errno;
import org.waymark.linux.LinuxException;

/** A UDP socket that carries a mark; see {@link NetworkStack#udp}. */
public interface UdpSocket {
    /** Learns of what comes, and of what could not be sent. */
    interface DatagramEvents {
        /**
         * A datagram has come.
         *
         * @param message what is in it; it is valid, and may be changed in place, during the call
         * @param nowNanos when it was read, by the clock of the loop
         */
        void received(WireMessage message, long nowNanos);

        /**
         * The socket reports what a datagram met with that was sent before.
         *
         * @param errno ECONNREFUSED if nobody listens there
         */
        void failed(Errno errno);

        /**
         * A datagram was not sent. This is told after all that were sent together with it, so that the socket may be closed then.
         *
         * @param index which one, by the order in which they were added
         * @param errno why; ECONNREFUSED is about one that was sent before
         */
        void notSent(int index, Errno errno);
    }

    /**
     * @param local the address and port to send from
     * @throws LinuxException EADDRINUSE if another socket has it
     */
    void bind(Endpoint local) throws LinuxException;

    /**
     * @param server the peer: only it is sent to, and heard, from now on
     * @throws LinuxException ENETUNREACH and the like if there is no route
     */
    void connect(Endpoint server) throws LinuxException;

    /**
     * @return the address and port that it sends from, once it is connected
     * @throws LinuxException if the kernel does not tell
     */
    Endpoint local() throws LinuxException;

    /**
     * Starts to listen for what comes.
     *
     * @param events told on the worker's thread
     * @throws LinuxException ENOSPC if the kernel watches no more sockets for this user
     */
    void watch(DatagramEvents events) throws LinuxException;

    /** Listens no more for what comes; the socket stays open. */
    void unwatch();

    /**
     * Adds a datagram to those that {@link #send} sends; it is copied.
     *
     * @param message what is in it
     * @return whether as many have been added as can be sent together: {@link #send} must come before the next
     */
    boolean add(WireMessage message);

    /** Sends what was added. Only one socket of a worker may have something to send at a time. */
    void send();

    /** Closes it. A second call does nothing; any other call is a fault in the program after that, and throws. */
    void close();
}
