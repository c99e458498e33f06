package org.waymark.server;

import io.netty.channel.epoll.Epoll;
import org.waymark.conntrack.MarkLookup;
import org.waymark.linux.Errno;
import org.waymark.linux.LinuxException;
import org.waymark.linux.Socket;

/** Sees that this host can do what Waymark is for, so that it fails before the first query rather than at it. */
final class HostCheck {
    private static final int SOME_MARK = 1;

    private static final String NEEDS_NET_ADMIN = "it needs the capability CAP_NET_ADMIN: start it by the systemd unit"
            + " (AmbientCapabilities=CAP_NET_ADMIN), or as root";

    private HostCheck() {}

    static void run() throws StartException {
        checkEpoll();
        checkMarks();
        checkConntrack();
    }

    private static void checkEpoll() throws StartException {
        if (!Epoll.isAvailable()) {
            throw new StartException(
                    "Netty's native library for this processor can't be loaded (" + Epoll.unavailabilityCause()
                            + "): x86-64 and 64-bit Arm are supported; the temporary directory must not be noexec",
                    Epoll.unavailabilityCause());
        }
    }

    private static void checkMarks() throws StartException {
        try (Socket socket = Socket.udp()) {
            socket.mark(SOME_MARK);
            if (socket.mark() != SOME_MARK) {
                throw new StartException("this kernel takes marks for sockets (SO_MARK) but does not set them");
            }
        } catch (LinuxException e) {
            throw new StartException("can't set marks on sockets: " + markAdvice(e), e);
        }
    }

    private static String markAdvice(LinuxException e) {
        if (e.errno().equals(Errno.EPERM)) {
            return NEEDS_NET_ADMIN;
        }
        if (e.errno().equals(Errno.EAFNOSUPPORT)) {
            return "this kernel was booted without IPv6, whose sockets Waymark uses for IPv4, too: boot without"
                    + " ipv6.disable=1 (net.ipv6.conf.all.disable_ipv6=1 is fine)";
        }
        return e.getMessage();
    }

    private static void checkConntrack() throws StartException {
        try (MarkLookup lookup = MarkLookup.open(0)) {
            Errno errno = lookup.probe();
            if (errno != null) {
                throw new StartException(conntrackAdvice(errno));
            }
        } catch (LinuxException e) {
            throw new StartException(conntrackAdvice(e.errno()), e);
        }
    }

    private static String conntrackAdvice(Errno errno) {
        String cause = errno.equals(Errno.EPERM)
                ? NEEDS_NET_ADMIN
                : errno + "; the kernel needs ctnetlink: modprobe nf_conntrack_netlink";
        return "can't ask conntrack for marks: " + cause;
    }
}
