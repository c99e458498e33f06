package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.waymark.lab.Conntrack;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.MarkSource;
import org.waymark.lab.Message;
import org.waymark.lab.Query;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.TcpClient;
import org.waymark.lab.UdpClient;
import org.waymark.lab.Waiting;

/** The mark of the upstream connection is that of the client's connection, whichever way the query came. */
class MarkIT {
    private static final int UNMARKED = 150;
    private static final int CHANGED = 151;
    /** The highest bit of a mark is one like the others. */
    private static final long CHANGED_MARK = 0xffff_fffeL;

    private static final List<Integer> CLIENTS = List.of(137, UNMARKED, 101, 102);
    private static final AtomicInteger NAMES = new AtomicInteger();

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53), Family.IPV6.upstream(53));

    private enum Listeners {
        WILDCARD,
        SINGLE_ADDRESSES
    }

    private enum Firewall {
        IPTABLES,
        IPTABLES_AND_REDIRECT,
        NFT,
        NFT_AND_REDIRECT;

        boolean redirects() {
            return this == IPTABLES_AND_REDIRECT || this == NFT_AND_REDIRECT;
        }

        void load() {
            if (this == NFT || this == NFT_AND_REDIRECT) {
                LAB.rules("--many", "--nft");
            } else {
                LAB.rules("--many");
            }
            if (redirects()) {
                LAB.redirect(53);
            }
        }
    }

    /** A question of a client: how its packets and those upstream went. */
    private record Question(
            int client, byte[] query, InetSocketAddress to, UdpClient udp, TcpClient tcp, InetSocketAddress from) {
        static Question overUdp(Family family, int client, InetSocketAddress to) {
            byte[] query = Query.of(nextName(client), Query.A).bytes(client);
            UdpClient udp = UdpClient.from(LAB, family.client(client));
            udp.send(query, to);
            return new Question(client, query, to, udp, null, udp.localAddress());
        }

        static Question overTcp(Family family, int client, InetSocketAddress to) {
            byte[] query = Query.of(nextName(client), Query.A).bytes(client);
            TcpClient tcp = TcpClient.connect(LAB, family.client(client), to);
            tcp.send(query);
            return new Question(client, query, to, null, tcp, tcp.localAddress());
        }

        private List<StubServer.Seen> upstream() {
            return STUB.seen(Message.name(query));
        }

        boolean isUpstream() {
            return !upstream().isEmpty();
        }

        void assertAnswered() {
            if (udp == null) {
                assertArrayEquals(
                        Message.answerTo(query), tcp.receive(Waiting.PATIENCE).orElseThrow());
            } else {
                UdpClient.Received answer = udp.receive(Waiting.PATIENCE).orElseThrow();
                assertArrayEquals(Message.answerTo(query), answer.bytes());
                assertEquals(to, answer.from(), "the answer comes from the address that was asked");
            }
            assertEquals(1, upstream().size(), () -> Message.name(query) + " goes upstream once: " + upstream());
        }

        /** What is wrong with the marks that the kernel has; empty if nothing is. */
        Optional<String> fault(Conntrack table) {
            OptionalLong due = OptionalLong.of(client == UNMARKED ? 0 : client);
            OptionalLong ofClient = table.markOf(tcp != null, from, to);
            StubServer.Seen sent = upstream().get(0);
            OptionalLong ofUpstream = table.markOf(sent.tcp(), sent.from(), sent.at());
            return ofClient.equals(due) && ofUpstream.equals(due)
                    ? Optional.empty()
                    : Optional.of(from + " asks " + to + (tcp == null ? " over UDP" : " over TCP") + ": due " + due
                            + ", client's connection " + ofClient + ", upstream connection " + ofUpstream);
        }

        void close() {
            if (udp == null) {
                tcp.close();
            } else {
                udp.close();
            }
        }
    }

    static Stream<Arguments> ways() {
        return Stream.of(Listeners.values())
                .flatMap(listeners -> Stream.of(Firewall.values()).flatMap(firewall -> Stream.of(Family.values())
                        .map(server -> Arguments.of(listeners, firewall, server))));
    }

    @ParameterizedTest(name = "{0}, {1}, server {2}")
    @MethodSource("ways")
    void upstreamConnectionHasTheMarkOfTheClientsConnection(Listeners listeners, Firewall firewall, Family server) {
        firewall.load();
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup(listeners, server))) {
            assertEquals(List.of(), faults(firewall), forwarder::log);
        }
    }

    /** What the kernel told when it accepted a connection stands. */
    @ParameterizedTest
    @CsvSource({"CONNTRACK, IPV4, 4294967294", "CONNTRACK, IPV6, 4294967294", "PACKET, IPV4, 0", "PACKET, IPV6, 0"})
    void markThatChangesCountsFromTheNextQueryOn(MarkSource source, Family family, long overOpenConnection) {
        Firewall.IPTABLES.load();
        InetSocketAddress gateway = family.gateway();
        byte[] before = Query.of(nextName(CHANGED), Query.A).bytes(1);
        byte[] after = Query.of(nextName(CHANGED), Query.A).bytes(2);
        try (Forwarder forwarder = Forwarders.WAYMARK.start(
                        LAB, setup(Listeners.WILDCARD, Family.IPV4).marksFrom(source));
                UdpClient udp = UdpClient.from(LAB, family.client(CHANGED));
                TcpClient tcp = TcpClient.connect(LAB, family.client(CHANGED), gateway)) {
            udp.ask(before, gateway);
            tcp.ask(before);
            assertEquals(List.of(0L, 0L), marksUpstream(before), forwarder::log);
            changeTheMark(family);
            udp.ask(after, gateway);
            tcp.ask(after);
            assertEquals(List.of(CHANGED_MARK, overOpenConnection), marksUpstream(after), forwarder::log);
        }
    }

    /** While the first server is waited for, in vain, the client's connection gets another mark. */
    @ParameterizedTest
    @EnumSource
    void queryThatIsSentAgainKeepsTheMarkThatItCameWith(Family family) {
        Firewall.IPTABLES.load();
        byte[] overUdp = Query.of(nextName(CHANGED), Query.A).bytes(1);
        byte[] overTcp = Query.of(nextName(CHANGED), Query.A).bytes(2);
        Setup setup = Setup.wildcard()
                .servers(family.upstream(54), family.upstream(53))
                .tries("1s", 3)
                // When its socket is closed, the connection is deleted from conntrack.
                .with("limits", "upstream-socket-life = \"60s\"");
        try (StubServer silent = StubServer.on(LAB, family.upstream(54));
                Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup)) {
            silent.plays((query, line) -> changeTheMark(family));
            try (UdpClient udp = UdpClient.from(LAB, family.client(CHANGED))) {
                udp.ask(overUdp, family.gateway());
                awaitChangedMark(false, udp.localAddress(), family);
            }
            try (TcpClient tcp = TcpClient.connect(LAB, family.client(CHANGED), family.gateway())) {
                tcp.ask(overTcp);
                awaitChangedMark(true, tcp.localAddress(), family);
            }
            assertEquals(2, silent.seen().size(), forwarder::log);
            assertEquals(List.of(0L), marksUpstream(overUdp), forwarder::log);
            assertEquals(List.of(0L), marksUpstream(overTcp), forwarder::log);
        }
    }

    /** On a busy machine the second server may have answered before the command has ended that changes the mark. */
    private static void awaitChangedMark(boolean tcp, InetSocketAddress client, Family family) {
        Waiting.until(Waiting.PATIENCE, "the mark is changed", () -> LAB.conntrack()
                .markOf(tcp, client, family.gateway())
                .equals(OptionalLong.of(CHANGED_MARK)));
    }

    /** As a portal does when a client has logged in. */
    private static void changeTheMark(Family family) {
        LAB.exec(
                        Host.GATEWAY,
                        "conntrack",
                        "-U",
                        "-f",
                        family.toString().toLowerCase(Locale.ROOT),
                        "-s",
                        family.client(CHANGED).getHostAddress(),
                        "-m",
                        Long.toString(CHANGED_MARK))
                .orFail();
    }

    @Test
    void dnsmasqKeepsTheMarkInThePlainCase() {
        Firewall.IPTABLES.load();
        try (Forwarder dnsmasq = Forwarders.DNSMASQ.start(LAB, setup(Listeners.SINGLE_ADDRESSES, Family.IPV4))) {
            assertEquals(List.of(), faults(Firewall.IPTABLES), dnsmasq::log);
        }
    }

    @Test
    void dnsmasqLosesTheMarkUnderRedirect() {
        Firewall firewall = Firewall.IPTABLES_AND_REDIRECT;
        firewall.load();
        try (Forwarder dnsmasq = Forwarders.DNSMASQ.start(LAB, setup(Listeners.SINGLE_ADDRESSES, Family.IPV4))) {
            assertNotEquals(List.of(), faults(firewall), dnsmasq::log);
        }
    }

    private static Setup setup(Listeners listeners, Family server) {
        Setup setup = listeners == Listeners.WILDCARD
                ? Setup.wildcard()
                : Setup.listeningOn(
                        Family.IPV4.gateway(),
                        Family.IPV4.secondGateway(),
                        Family.IPV6.gateway(),
                        Family.IPV6.secondGateway());
        return setup.servers(server.upstream(53)).tries("20s", 1);
    }

    /**
     * Asks as every client over both protocols and families, and returns what is wrong with the marks. The answers are held back until the
     * kernel has been asked, because Waymark lets it forget connections that are over.
     */
    private static List<String> faults(Firewall firewall) {
        CompletableFuture<Void> kernelWasAsked = new CompletableFuture<>();
        STUB.plays((query, line) -> kernelWasAsked.thenRun(() -> StubServer.ANSWER.play(query, line)));
        List<Question> questions = new ArrayList<>();
        try {
            for (Family family : Family.values()) {
                for (InetSocketAddress to : addressesToAsk(family, firewall)) {
                    for (int client : CLIENTS) {
                        questions.add(Question.overUdp(family, client, to));
                        questions.add(Question.overTcp(family, client, to));
                    }
                }
            }
            Waiting.until(Waiting.PATIENCE, "all questions are upstream", () -> questions.stream()
                    .allMatch(Question::isUpstream));
            Conntrack table = LAB.conntrack();
            kernelWasAsked.complete(null);
            questions.forEach(Question::assertAnswered);
            return questions.stream()
                    .flatMap(question -> question.fault(table).stream())
                    .toList();
        } finally {
            questions.forEach(Question::close);
            STUB.reset();
        }
    }

    private static List<InetSocketAddress> addressesToAsk(Family family, Firewall firewall) {
        return List.of(family.gateway(), firewall.redirects() ? family.elsewhere() : family.secondGateway());
    }

    private static List<Long> marksUpstream(byte[] query) {
        Conntrack table = LAB.conntrack();
        return STUB.seen(Message.name(query)).stream()
                .map(seen -> table.markOf(seen.tcp(), seen.from(), seen.at()).orElse(-1))
                .toList();
    }

    private static String nextName(int client) {
        return "q" + NAMES.incrementAndGet() + ".client" + client + ".example";
    }
}
