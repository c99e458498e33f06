package org.waymark.host;

import io.netty.channel.epoll.Epoll;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.waymark.config.Marking;
import org.waymark.conntrack.MarkLookup;
import org.waymark.linux.Errno;
import org.waymark.linux.LinuxException;
import org.waymark.linux.Socket;

/** Checks that this host can do what Waymark needs, so that Waymark fails at the start and not at the first query. */
public final class HostCheck {
    private static final Logger LOG = LoggerFactory.getLogger(HostCheck.class);

    private static final int SOME_MARK = 1;

    private static final String NEEDS_NET_ADMIN = "it needs the capability CAP_NET_ADMIN: start it by the systemd unit"
            + " (AmbientCapabilities=CAP_NET_ADMIN), or as root";

    private static final String NEEDS_NET_RAW =
            "it needs the capability CAP_NET_ADMIN, or at least CAP_NET_RAW: start it by the systemd unit, or as root";

    private HostCheck() {}

    /**
     * @param source where marks are to come from
     * @throws StartException if this host can't do what is needed
     */
    public static void run(Marking.Source source) throws StartException {
        checkEpoll();
        switch (source) {
            case CONNTRACK -> {
                checkMarks(NEEDS_NET_ADMIN);
                refuse("can't ask conntrack for marks", conntrackObstacle());
            }
            case PACKET -> {
                checkMarks(NEEDS_NET_RAW);
                refuse("can't take marks from packets", PacketMarksCheck.obstacle());
                conntrackObstacle().ifPresent(HostCheck::warnOfFormerPorts);
            }
        }
    }

    private static void refuse(String what, Optional<String> obstacle) throws StartException {
        if (obstacle.isPresent()) {
            throw new StartException(what + ": " + obstacle.get());
        }
    }

    /** Packets bring their marks without conntrack, and Waymark can do without its other answers for a while. */
    private static void warnOfFormerPorts(String obstacle) {
        LOG.warn(
                "can't ask conntrack which source ports a previous process has used, so one may go to another"
                        + " mark while conntrack remembers it, by default for two minutes: {}",
                obstacle);
    }

    private static void checkEpoll() throws StartException {
        if (!Epoll.isAvailable()) {
            throw new StartException(
                    "Netty's native library for this processor can't be loaded (" + Epoll.unavailabilityCause()
                            + "): x86-64 and 64-bit Arm are supported; the temporary directory must not be noexec",
                    Epoll.unavailabilityCause());
        }
    }

    private static void checkMarks(String needs) throws StartException {
        try (Socket socket = Socket.udp()) {
            socket.mark(SOME_MARK);
            if (socket.mark() != SOME_MARK) {
                throw new StartException("this kernel takes marks for sockets (SO_MARK) but does not set them");
            }
        } catch (LinuxException e) {
            throw new StartException("can't set marks on sockets: " + markAdvice(e, needs), e);
        }
    }

    private static String markAdvice(LinuxException e, String needs) {
        if (e.errno().equals(Errno.EPERM)) {
            return needs;
        }
        if (e.errno().equals(Errno.EAFNOSUPPORT)) {
            return "this kernel was booted without IPv6, whose sockets Waymark uses for IPv4, too: boot without"
                    + " ipv6.disable=1 (net.ipv6.conf.all.disable_ipv6=1 is fine)";
        }
        return StartException.explain(e);
    }

    private static Optional<String> conntrackObstacle() {
        try (MarkLookup lookup = MarkLookup.open(0)) {
            return Optional.ofNullable(lookup.probe()).map(HostCheck::conntrackAdvice);
        } catch (LinuxException e) {
            return Optional.of(conntrackAdvice(e.errno()));
        }
    }

    private static String conntrackAdvice(Errno errno) {
        return errno.equals(Errno.EPERM)
                ? NEEDS_NET_ADMIN
                : errno + "; the kernel needs ctnetlink: modprobe nf_conntrack_netlink";
    }
}
