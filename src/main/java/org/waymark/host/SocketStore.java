package org.waymark.host;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.waymark.config.Marking;
import org.waymark.linux.Endpoint;
import org.waymark.linux.GivenSocket;
import org.waymark.linux.LinuxException;
import org.waymark.linux.Socket;
import org.waymark.linux.UnixDatagram;
import org.waymark.systemd.Notifier;
import org.waymark.systemd.StoredDescriptor;

/**
 * Leaves the listening sockets with systemd, so that the kernel queues what comes until the next process of the service reads it. It must
 * hold exactly those that are read: a socket that nobody reads swallows queries.
 *
 * <p>The sockets of one address have one name, by which systemd gives up all of them together. The name also tells what the marks of
 * packets meant to the process that had them; everything else the kernel tells.
 */
public final class SocketStore {
    private static final String UDP = "udp-";

    /** Packets have come with the marks that the host's rules gave them, and no table of Waymark's own has changed these. */
    private static final String UDP_WITH_MARKS_OF_PACKETS = "udp-packet-";

    private static final String TCP = "tcp-";

    private static final Logger LOG = LoggerFactory.getLogger(SocketStore.class);

    private final Map<String, Set<Socket>> held = new HashMap<>();

    /** Names under which something is stored that is of no use. */
    private final Set<String> useless = new HashSet<>();

    private final InheritedSockets inherited;

    private SocketStore(List<StoredDescriptor> handedOver, Marking.Source source) {
        List<InheritedSockets.Inherited> usable = new ArrayList<>();
        for (StoredDescriptor descriptor : handedOver) {
            Optional<GivenSocket> given = GivenSocket.at(descriptor.fd());
            boolean isForeign =
                    source != Marking.Source.PACKET || !descriptor.name().startsWith(UDP_WITH_MARKS_OF_PACKETS);
            Optional<InheritedSockets.Inherited> judged =
                    given.flatMap(any -> InheritedSockets.Inherited.of(any, isForeign));
            judged.ifPresentOrElse(
                    each -> {
                        usable.add(each);
                        held.computeIfAbsent(descriptor.name(), any -> new HashSet<>())
                                .add(each.socket());
                    },
                    () -> {
                        given.ifPresent(each -> each.socket().close());
                        useless.add(descriptor.name());
                        LOG.warn(
                                "systemd has handed over {}, which is no socket that Waymark listens on: closed",
                                descriptor.name());
                    });
        }
        inherited = new InheritedSockets(usable);
    }

    /**
     * Takes over what an earlier process has left, and closes what is not a listening socket.
     *
     * @param handedOver what systemd has handed over
     * @param source where marks come from now
     * @return the store
     */
    public static SocketStore takeOver(List<StoredDescriptor> handedOver, Marking.Source source) {
        return new SocketStore(handedOver, source);
    }

    /**
     * @return the sockets that were left
     */
    public InheritedSockets inherited() {
        return inherited;
    }

    /**
     * Makes the store hold these sockets, and no others.
     *
     * @param systemd where they are left; without it nothing happens
     * @param sockets those that are read, of all workers
     * @param source where marks come from
     * @throws IOException if systemd can't be told; the next call tries again
     */
    public synchronized void hold(Notifier systemd, List<ListeningSockets> sockets, Marking.Source source)
            throws IOException {
        if (!systemd.isHeard()) {
            return;
        }
        Map<String, List<Socket>> wanted = byName(sockets, source);
        for (String name : namesToGiveUp(wanted)) {
            systemd.discard(name);
            held.remove(name);
            useless.remove(name);
        }
        for (Map.Entry<String, List<Socket>> each : wanted.entrySet()) {
            store(systemd, each.getKey(), each.getValue());
        }
    }

    /**
     * @return whether a later process will read what comes from now on
     */
    public synchronized boolean isInUse() {
        return !held.isEmpty();
    }

    private Set<String> namesToGiveUp(Map<String, List<Socket>> wanted) {
        Set<String> names = new HashSet<>(useless);
        held.forEach((name, sockets) -> {
            if (!wanted.getOrDefault(name, List.of()).containsAll(sockets)) {
                names.add(name);
            }
        });
        return names;
    }

    private void store(Notifier systemd, String name, List<Socket> sockets) throws IOException {
        Set<Socket> present = held.getOrDefault(name, Set.of());
        List<Socket> missing =
                sockets.stream().filter(socket -> !present.contains(socket)).toList();
        for (int from = 0; from < missing.size(); from += UnixDatagram.MOST_DESCRIPTORS) {
            List<Socket> some = missing.subList(from, Math.min(missing.size(), from + UnixDatagram.MOST_DESCRIPTORS));
            systemd.store(name, some.stream().mapToInt(Socket::fd).toArray());
            held.computeIfAbsent(name, any -> new HashSet<>()).addAll(some);
        }
    }

    private static Map<String, List<Socket>> byName(List<ListeningSockets> sockets, Marking.Source source)
            throws LinuxException {
        String udp = source == Marking.Source.PACKET ? UDP_WITH_MARKS_OF_PACKETS : UDP;
        Map<String, List<Socket>> all = new TreeMap<>();
        for (ListeningSockets each : sockets) {
            add(all, udp, each.udp());
            add(all, TCP, each.tcp());
        }
        return all;
    }

    private static void add(Map<String, List<Socket>> all, String kind, List<Socket> sockets) throws LinuxException {
        for (Socket socket : sockets) {
            all.computeIfAbsent(name(kind, socket.local()), any -> new ArrayList<>())
                    .add(socket);
        }
    }

    /** Names have no colons. */
    private static String name(String kind, Endpoint local) {
        return kind + local.toString().replace(':', '_');
    }
}
