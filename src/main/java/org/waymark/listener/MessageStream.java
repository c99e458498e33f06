package org.waymark.listener;

import java.util.function.Consumer;
import org.waymark.dns.WireMessage;
import org.waymark.linux.LinuxException;

/** A client's connection as a stream of messages, however they are framed. It belongs to the worker's event loop. */
interface MessageStream {
    boolean isOpen();

    /** Whether so little waits to be sent that more may be written. */
    boolean isWritable();

    /** Goes on to read from the connection, or stops. */
    void read(boolean on);

    /**
     * Sends a message.
     *
     * @param message copied during the call
     * @param sent told once, during the call or later: whether it was handed to the kernel, or else is lost with the connection
     */
    void send(WireMessage message, Consumer<Boolean> sent);

    /** Gives a mark to all packets from now on. */
    void mark(int mark) throws LinuxException;

    /** Closes the connection; what still waits to be sent is lost. */
    void close();

    /** Closes the connection once everything is sent. */
    void closeWhenSent();
}
