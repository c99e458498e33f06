package org.waymark.doctor;

import org.waymark.linux.Endpoint;
import org.waymark.linux.Errno;
import org.waymark.linux.LinuxException;
import org.waymark.linux.Socket;

/** Connects a TCP socket that is not blocking: connect(2) begins the connection, and when it is called again, says how it goes on. */
final class Handshake {
    private Handshake() {}

    /**
     * Begins, or goes on.
     *
     * @return whether the connection is there
     * @throws LinuxException ECONNREFUSED and the like if it can't be
     */
    static boolean isDone(Socket socket, Endpoint server) throws LinuxException {
        try {
            socket.connect(server);
            return true;
        } catch (LinuxException e) {
            if (e.errno().equals(Errno.EISCONN)) {
                return true;
            }
            if (e.errno().equals(Errno.EINPROGRESS) || e.errno().equals(Errno.EALREADY)) {
                return false;
            }
            throw e;
        }
    }
}
