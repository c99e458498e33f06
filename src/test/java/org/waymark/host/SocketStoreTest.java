package org.waymark.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.waymark.config.Marking;
import org.waymark.linux.Endpoint;
import org.waymark.linux.GivenSocket;
import org.waymark.linux.LinuxException;
import org.waymark.linux.Socket;
import org.waymark.systemd.Notifier;
import org.waymark.systemd.StoredDescriptor;

class SocketStoreTest {
    private static final Marking.Source CONNTRACK = Marking.Source.CONNTRACK;
    private static final Marking.Source PACKET = Marking.Source.PACKET;
    private static final InetSocketAddress LOOPBACK = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final InetSocketAddress LOOPBACK_IPV6 = ipv6Loopback();
    private static final int NOTHING = 1_000_000;
    private static final int ATTEMPTS = 20;

    private final List<String> told = new ArrayList<>();
    private final Notifier systemd = new Notifier(
            "/n",
            (address, message, descriptors) ->
                    told.add(new String(message, StandardCharsets.UTF_8).replace("FDPOLL=0\n", "")
                            + (descriptors.length == 0 ? "" : " " + Arrays.toString(descriptors))));
    private ListeningSockets opened;

    @BeforeEach
    void open() throws StartException {
        opened = ListeningSockets.open(List.of(LOOPBACK, LOOPBACK_IPV6));
    }

    @AfterEach
    void close() {
        opened.close();
    }

    @Test
    void takesOverWhatListensAndDividesItAmongTheWorkers() {
        InheritedSockets inherited = takeOver(CONNTRACK, allOf(opened)).inherited();
        List<ListeningSockets> shares = inherited.divide(2);
        assertEquals(4, inherited.addresses().size());
        assertEquals(fds(opened.udp()), fds(shares.get(0).udp()));
        assertEquals(fds(opened.tcp()), fds(shares.get(0).tcp()));
        assertEquals(List.of(), shares.get(1).udp());
    }

    /** A socket that nobody reads would swallow queries, so one worker takes two if need be. */
    @Test
    void leavesNoSocketWithoutAWorker() throws Exception {
        ListeningSockets second = openAgain();
        List<StoredDescriptor> both = new ArrayList<>(allOf(opened));
        both.addAll(allOf(second));
        assertEquals(
                3, takeOver(CONNTRACK, both).inherited().divide(1).get(0).udp().size());
        second.close();
    }

    /** Sockets at the address of a UDP socket. Its port may be taken for TCP, because the kernel has chosen it for UDP only. */
    private ListeningSockets openAgain() throws Exception {
        for (int attempt = 0; ; attempt++) {
            try {
                return ListeningSockets.open(List.of(opened.udp().get(0).local().toSocketAddress()));
            } catch (StartException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
                opened.close();
                open();
            }
        }
    }

    @Test
    void marksOfWaitingPacketsMayMeanSomethingElseUnlessTheSourceIsTheSame() {
        assertEquals(2, foreign(CONNTRACK, "udp-127.0.0.1_53"));
        assertEquals(2, foreign(CONNTRACK, "udp-packet-127.0.0.1_53"));
        assertEquals(2, foreign(PACKET, "udp-127.0.0.1_53"));
        assertEquals(0, foreign(PACKET, "udp-packet-127.0.0.1_53"));
    }

    private int foreign(Marking.Source source, String name) {
        List<StoredDescriptor> named = opened.udp().stream()
                .map(socket -> new StoredDescriptor(socket.fd(), name))
                .toList();
        return takeOver(source, named).inherited().divide(1).get(0).foreign().size();
    }

    /** Whatever its name says. */
    @Test
    void closesWhatDoesNotListen() throws LinuxException {
        Socket alone = Socket.udp();
        alone.bind(Endpoint.of(LOOPBACK_IPV6));
        Socket idle = Socket.tcp();
        idle.reusePort();
        idle.bind(Endpoint.of(LOOPBACK_IPV6));
        opened.udp().get(0).takeNoMoreDatagrams();
        Socket retired = opened.udp().remove(0);
        for (int fd : new int[] {alone.fd(), idle.fd(), retired.fd(), NOTHING}) {
            SocketStore store = takeOver(CONNTRACK, List.of(new StoredDescriptor(fd, "udp-127.0.0.1_53")));
            assertEquals(Set.of(), store.inherited().addresses());
            assertTrue(GivenSocket.at(fd).isEmpty(), "it is closed");
        }
    }

    @Test
    void leavesTheSocketsOfAnAddressTogetherAndOnce() throws IOException {
        SocketStore store = takeOver(CONNTRACK, List.of());
        assertFalse(store.isInUse());
        store.hold(systemd, List.of(opened), CONNTRACK);
        assertTrue(store.isInUse());
        Endpoint first = opened.udp().get(0).local();
        assertEquals(4, told.size());
        assertTrue(
                told.contains("FDSTORE=1\nFDNAME=udp-127.0.0.1_" + first.port() + " ["
                        + opened.udp().get(0).fd() + "]"),
                told::toString);
        store.hold(systemd, List.of(opened), CONNTRACK);
        assertEquals(4, told.size());
    }

    @Test
    void takesBackWhatIsNotReadAnyMore() throws IOException {
        SocketStore store = takeOver(CONNTRACK, List.of());
        store.hold(systemd, List.of(opened), CONNTRACK);
        told.clear();
        String name = "udp-127.0.0.1_" + opened.udp().get(0).local().port();
        opened.udp().remove(0).close();
        store.hold(systemd, List.of(opened), CONNTRACK);
        assertEquals(List.of("FDSTOREREMOVE=1\nFDNAME=" + name), told);
    }

    /** The name tells whose marks the packets have, which are those of the host's rules now. */
    @Test
    void storesSocketsUnderAnotherNameWhenMarksComeFromElsewhere() throws IOException {
        SocketStore store = takeOver(CONNTRACK, List.of());
        store.hold(systemd, List.of(opened), CONNTRACK);
        told.clear();
        store.hold(systemd, List.of(opened), PACKET);
        assertEquals(
                2,
                told.stream().filter(each -> each.startsWith("FDSTOREREMOVE=1")).count());
        assertEquals(
                2,
                told.stream()
                        .filter(each -> each.contains("FDNAME=udp-packet-"))
                        .count());
    }

    @Test
    void givesUpWhatItCanNotUse() throws IOException {
        String name = "udp-127.0.0.1_" + opened.udp().get(0).local().port();
        List<StoredDescriptor> both = new ArrayList<>(allOf(opened));
        both.add(new StoredDescriptor(NOTHING, name));
        SocketStore store = takeOver(CONNTRACK, both);
        store.hold(systemd, store.inherited().divide(1), CONNTRACK);
        assertEquals("FDSTOREREMOVE=1\nFDNAME=" + name, told.get(0));
        assertTrue(
                told.contains(
                        "FDSTORE=1\nFDNAME=" + name + " [" + opened.udp().get(0).fd() + "]"),
                told::toString);
    }

    @Test
    void doesNothingWithoutSystemd() throws IOException {
        SocketStore store = takeOver(CONNTRACK, List.of());
        store.hold(new Notifier(null, (address, message, descriptors) -> told.add("")), List.of(opened), CONNTRACK);
        assertEquals(List.of(), told);
        assertFalse(store.isInUse());
    }

    private static InetSocketAddress ipv6Loopback() {
        Endpoint loopback = new Endpoint();
        loopback.setIpv6(0, 1, 0);
        return loopback.toSocketAddress();
    }

    private static SocketStore takeOver(Marking.Source source, List<StoredDescriptor> descriptors) {
        return SocketStore.takeOver(descriptors, source);
    }

    /** As a Waymark leaves them. */
    private static List<StoredDescriptor> allOf(ListeningSockets sockets) {
        List<StoredDescriptor> all = new ArrayList<>();
        sockets.udp().forEach(socket -> all.add(new StoredDescriptor(socket.fd(), name("udp-", socket))));
        sockets.tcp().forEach(socket -> all.add(new StoredDescriptor(socket.fd(), name("tcp-", socket))));
        return all;
    }

    private static String name(String kind, Socket socket) {
        try {
            return kind + socket.local().toString().replace(':', '_');
        } catch (LinuxException e) {
            throw new AssertionError(e);
        }
    }

    private static List<Integer> fds(List<Socket> sockets) {
        return sockets.stream().map(Socket::fd).toList();
    }
}
