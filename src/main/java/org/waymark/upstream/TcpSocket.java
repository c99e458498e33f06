package org.waymark.upstream;

import io.netty.buffer.ByteBuf;
import org.waymark.dns.WireMessage;
import org.waymark.linux.Endpoint;
import org.waymark.linux.Errno;
import org.waymark.linux.LinuxException;

/** A TCP socket that carries a mark, and messages of DNS, in clear text or under TLS; see {@link NetworkStack#tcp}. */
public interface TcpSocket {
    /** Learns how the connection does. */
    interface ConnectionEvents {
        /**
         * The connection is there; under TLS nothing may be written yet.
         *
         * @param local the address and port that it comes from
         */
        void connected(Endpoint local);

        /**
         * The connection did not come about, and ends.
         *
         * @param errno what the kernel says to it, {@link Errno#NONE} if it is not known
         */
        void notConnected(Errno errno);

        /** Messages may be written. */
        void ready();

        /**
         * A message has come.
         *
         * @param message its bytes; valid during the call unless it is retained
         */
        void received(ByteBuf message);

        /**
         * The connection is closed, whoever has closed it, or never came about. It is told once, and nothing after it.
         *
         * @param problem why it can't be trusted, for people; null if TLS is not to blame
         */
        void ended(String problem);
    }

    /**
     * @param local the address and port to connect from
     * @throws LinuxException EADDRINUSE if another socket has it
     */
    void bind(Endpoint local) throws LinuxException;

    /**
     * @param bytes how much may wait in the kernel to be read, which doubles it
     */
    void receiveBuffer(int bytes);

    /**
     * Starts to connect.
     *
     * @param server where to
     * @param tls what encrypts the connection; null if nothing does
     * @param events told on the worker's thread, perhaps before this returns
     */
    void connect(Endpoint server, TlsClient tls, ConnectionEvents events);

    /**
     * Adds a message to what is to be written; it is copied.
     *
     * @param message the message
     */
    void write(WireMessage message);

    /** Writes what was added. */
    void flush();

    /**
     * @param wanted whether messages are read as they come; at first they are
     */
    void read(boolean wanted);

    /** Closes it. A second call does nothing. */
    void close();
}
