package org.waymark.host;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.waymark.linux.Endpoint;
import org.waymark.linux.Errno;
import org.waymark.linux.LinuxException;
import org.waymark.linux.PortHolder;

/** Checks whether Waymark could listen on its addresses now. */
public final class ListenCheck {
    /** The name that {@link PortHolder} has for a running Waymark. */
    private static final String OWN_NAME = "waymark";

    private ListenCheck() {}

    /**
     * Tries to listen on the addresses. A running Waymark that has them is not an obstacle, nor are the sockets that systemd keeps for the
     * service of this user between two processes. A user who may not bind to low ports learns
     * nothing about them.
     *
     * @param addresses the addresses to listen on
     * @return what would keep Waymark from starting and what to do about it, a line for each obstacle
     */
    public static List<String> obstacles(List<InetSocketAddress> addresses) {
        List<String> findings = new ArrayList<>();
        for (InetSocketAddress address : addresses) {
            try {
                ListeningSockets.listenFor(address);
            } catch (LinuxException e) {
                if (e.errno().equals(Errno.EADDRINUSE) && !isWaymarks(address)) {
                    findings.add(ListeningSockets.advice(address, e));
                }
            }
        }
        return findings;
    }

    /**
     * @param addresses the addresses to listen on
     * @return those that no interface has yet, a line for each
     */
    public static List<String> absences(List<InetSocketAddress> addresses) {
        return addresses.stream()
                .map(ListenCheck::absence)
                .flatMap(Optional::stream)
                .toList();
    }

    private static boolean isWaymarks(InetSocketAddress address) {
        Optional<PortHolder> holder = PortHolder.of(Endpoint.of(address));
        return holder.map(PortHolder::program).equals(Optional.of(OWN_NAME))
                || holder.filter(each -> each.pid() != 0).isEmpty() && ListeningSockets.isShared(address);
    }

    /**
     * @param listening an address that is listened on
     * @return says that no interface has the address; empty if one has
     */
    public static Optional<String> absence(InetSocketAddress listening) {
        InetAddress address = listening.getAddress();
        return address.isAnyLocalAddress() || Interfaces.have(address)
                ? Optional.empty()
                : Optional.of("no interface of this host has the address " + address.getHostAddress()
                        + " (listen.addresses): queries to it are answered as soon as one has");
    }
}
