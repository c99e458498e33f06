package org.waymark.host;

import java.util.Optional;
import org.waymark.linux.Errno;
import org.waymark.linux.LinuxException;
import org.waymark.linux.Socket;
import org.waymark.linux.Sysctl;

/**
 * Checks whether this host's kernel tells sockets the marks of packets. Whether its rules restore the marks before packets come in can't be
 * known before the first packet: some are looked at later ({@link org.waymark.watch.Looks}).
 */
public final class PacketMarksCheck {
    private static final String ACCEPT = "net.ipv4.tcp_fwmark_accept";

    private PacketMarksCheck() {}

    /**
     * Asks the kernel, which needs no privilege.
     *
     * @return what prevents {@code mark.source = "packet"} and what to do about it; empty if nothing does
     */
    public static Optional<String> obstacle() {
        return udpObstacle().or(PacketMarksCheck::tcpObstacle);
    }

    private static Optional<String> udpObstacle() {
        try (Socket socket = Socket.udp()) {
            socket.receiveMark(true);
            return Optional.empty();
        } catch (LinuxException e) {
            return Optional.of(
                    e.errno().equals(Errno.ENOPROTOOPT)
                            ? "this kernel does not report the marks of packets to sockets (SO_RCVMARK), which takes Linux 5.19 or"
                                    + " newer: set mark.source to \"conntrack\""
                            : e.getMessage());
        }
    }

    private static Optional<String> tcpObstacle() {
        return Sysctl.read(ACCEPT).equals(Optional.of("1"))
                ? Optional.empty()
                : Optional.of("TCP connections do not get the marks of packets: set " + ACCEPT
                        + " = 1, for IPv6 as well (sysctl -w " + ACCEPT + "=1, and a file in /etc/sysctl.d to keep it),"
                        + " or mark.source to \"conntrack\"");
    }
}
