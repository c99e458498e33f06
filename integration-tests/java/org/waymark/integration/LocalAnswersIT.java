package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.waymark.Duty;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.Message;
import org.waymark.lab.Query;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.TcpClient;
import org.waymark.lab.UdpClient;
import org.waymark.lab.Waiting;

/** Names with a special use, own records and hosts files are answered on the spot, and never asked of a server. */
class LocalAnswersIT {
    private static final int MARKED = 137;
    private static final int UNMARKED = 150;
    private static final int AUTHORITATIVE = 0x0400;
    /** Where a second forwarder listens, beside the one that all tests share. */
    private static final InetSocketAddress OTHER = Family.IPV4.secondGateway();

    private static final Duration TAKEN_OVER = Waiting.PATIENCE;

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53));

    private static final Path HOSTS = hosts("192.168.111.7 nas.lan nas\nfd00:111::7 nas.lan\n");

    @AutoClose
    private static final Forwarder FORWARDER = Forwarders.WAYMARK.start(
            LAB,
            Setup.listeningOn(Family.IPV4.gateway(), Family.IPV6.gateway())
                    .servers(Family.IPV4.upstream(53))
                    .with("local", "hosts = [\"" + HOSTS + "\"]")
                    .append(record("portal.example", "A", "192.0.2.1"))
                    .append(record("portal.example", "A", "192.0.2.2"))
                    .append(record("portal.example", "AAAA", "2001:db8::1"))
                    .append(record("portal.example", "MX", "10 mail.portal.example"))
                    .append(record("portal.example", "TXT", "\\\"hello world\\\""))
                    .append(record("portal.example", "HTTPS", "1 . alpn=h2"))
                    .append(record("www.example", "CNAME", "portal.example"))
                    .append(record("*.wild.example", "A", "192.0.2.3"))
                    .append(many("many.example", 60))
                    .append("[[policy]]\nmark = 138\naction = \"refuse\"\n"));

    @BeforeEach
    void forgetWhatWasAsked() {
        STUB.reset();
    }

    @ParameterizedTest
    @EnumSource
    @Duty(48)
    void localhostNeverReachesAServer(Family family) {
        for (String name : List.of("localhost", "a.b.LocalHost")) {
            assertEquals("127.0.0.1\n", dig(family, "+short", name, "A"));
            assertEquals("::1\n", dig(family, "+short", "+tcp", name, "AAAA"));
            String nothing = dig(family, name, "MX");
            assertTrue(nothing.contains("NOERROR") && nothing.contains("SOA"), nothing);
        }
        assertEquals(List.of(), STUB.seen());
    }

    @ParameterizedTest
    @CsvSource({
        "a.invalid, A, NXDOMAIN",
        "www.onion, AAAA, NXDOMAIN",
        "b.alt, A, NXDOMAIN",
        "printer.local, A, NXDOMAIN",
        "printer.home.arpa, A, NXDOMAIN",
        "_dns.resolver.arpa, TYPE64, NOERROR",
        "1.2.3.10.in-addr.arpa, PTR, NXDOMAIN",
        "9.111.168.192.in-addr.arpa, PTR, NXDOMAIN",
        "1.0.100.100.in-addr.arpa, PTR, NXDOMAIN",
        "1.0.0.0.d.f.ip6.arpa, PTR, NXDOMAIN",
    })
    @Duty({48, 49, 50})
    void namesWithASpecialUseNeverReachAServer(String name, String type, String status) {
        String answer = dig(Family.IPV4, name, type);

        assertTrue(answer.contains("status: " + status), answer);
        assertTrue(answer.contains("ANSWER: 0, AUTHORITY: 1"), answer);
        assertTrue(answer.contains("nobody.invalid. 1 3600 1200 604800 10800"), answer);
        assertEquals(List.of(), STUB.seen());
    }

    @ParameterizedTest
    @CsvSource({
        "portal.example, AAAA, 2001:db8::1",
        "portal.example, MX, 10 mail.portal.example.",
        "portal.example, TXT, \"hello world\"",
        "portal.example, TYPE65, 1 . alpn=\"h2\"",
        "www.example, AAAA, portal.example.|2001:db8::1",
        "a.b.wild.example, A, 192.0.2.3",
        "nas, A, 192.168.111.7",
        "nas.lan, AAAA, fd00:111::7",
        "7.111.168.192.in-addr.arpa, PTR, nas.lan.",
    })
    void recordsAndHostsAreAnswered(String name, String type, String answer) {
        assertEquals(answer.replace('|', '\n') + "\n", dig(Family.IPV6, "+short", name, type));
        assertEquals(List.of(), STUB.seen());
    }

    @Test
    void knownNameHasNothingOfOtherTypes() {
        String answer = dig(Family.IPV4, "a.wild.example", "MX");

        assertTrue(answer.contains("status: NOERROR"), answer);
        assertTrue(answer.contains("ANSWER: 0, AUTHORITY: 1"), answer);
        assertEquals(List.of(), STUB.seen());
    }

    @Test
    void otherNamesAndClassesGoOn() {
        for (byte[] query : List.of(
                Query.of("sub.portal.example", Query.A).bytes(5),
                Query.of("wild.example", Query.A).bytes(6),
                Query.empty().question("portal.example", Query.TXT, 3).bytes(7))) {
            assertArrayEquals(Message.answerTo(query), ask(MARKED, query));
        }
        assertEquals(3, STUB.seen().size());
    }

    @Test
    void questionComesBackAsItWasAskedWithAnOptOnlyIfItHadOne() {
        byte[] plain = Query.of("pOrTaL.eXaMpLe", Query.A).bytes(77);
        byte[] answer = ask(MARKED, plain);
        assertEquals(77, Message.id(answer));
        assertArrayEquals(
                Arrays.copyOfRange(plain, Message.HEADER, plain.length),
                Arrays.copyOfRange(answer, Message.HEADER, plain.length));
        assertEquals(AUTHORITATIVE, Message.flags(answer) & AUTHORITATIVE);
        assertEquals(List.of(1, 2, 0, 0), counts(answer));

        byte[] withOpt = Query.of("portal.example", Query.A).edns(1232, 0x8000).bytes(78);
        assertEquals(List.of(1, 2, 0, 1), counts(ask(MARKED, withOpt)));
    }

    @Test
    void answerIsCutToWhatTheClientTakes() {
        byte[] plain = Query.of("many.example", Query.A).bytes(3);
        byte[] cut = ask(MARKED, plain);
        assertTrue(Message.isTruncated(cut));
        assertTrue(cut.length <= 512);
        byte[] whole =
                ask(MARKED, Query.of("many.example", Query.A).edns(4096, 0).bytes(3));
        assertEquals(60, Message.count(whole, 1));
        try (TcpClient tcp = TcpClient.connect(LAB, Family.IPV4.client(MARKED), Family.IPV4.gateway())) {
            assertEquals(60, Message.count(tcp.ask(plain), 1));
        }
    }

    @Test
    void policyThatRefusesComesFirst() {
        LAB.exec(
                        Host.GATEWAY,
                        "iptables",
                        "-t",
                        "mangle",
                        "-I",
                        "PREROUTING",
                        "2",
                        "-s",
                        "192.168.111.138",
                        "-j",
                        "MARK",
                        "--set-mark",
                        "138")
                .orFail();
        byte[] query = Query.of("portal.example", Query.A).bytes(4);

        assertEquals(Message.REFUSED, Message.rcode(ask(138, query)));
        assertEquals(Message.NOERROR, Message.rcode(ask(UNMARKED, query)));
    }

    @Test
    void hostsFollowTheirFile() throws IOException {
        Path file = hosts("192.0.2.7 old.lan\n");
        Setup setup =
                Setup.listeningOn(OTHER).servers(Family.IPV4.upstream(53)).with("local", "hosts = [\"" + file + "\"]");
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup)) {
            assertEquals("192.0.2.7\n", dig(OTHER, Family.IPV4, "+short", "old.lan", "A"));

            Files.writeString(file, "192.0.2.8 old.lan\n192.0.2.9 new.lan\nnonsense\n");
            awaitAnswer("new.lan", "192.0.2.9\n");
            assertEquals("192.0.2.8\n", dig(OTHER, Family.IPV4, "+short", "old.lan", "A"));
            assertTrue(forwarder.log().contains(file + ":3: "), forwarder::log);

            Files.move(hosts("192.0.2.10 new.lan\n"), file, StandardCopyOption.ATOMIC_MOVE);
            awaitAnswer("new.lan", "192.0.2.10\n");

            Files.delete(file);
            Waiting.until(
                    TAKEN_OVER, "the log tells of it", () -> forwarder.log().contains("its previous contents stay"));
            assertEquals("192.0.2.10\n", dig(OTHER, Family.IPV4, "+short", "new.lan", "A"));
            assertEquals(List.of(), forwarder.ownFaults());
        }
    }

    private static void awaitAnswer(String name, String answer) {
        Waiting.until(TAKEN_OVER, name + " has another address", () -> dig(OTHER, Family.IPV4, "+short", name, "A")
                .equals(answer));
    }

    private static Path hosts(String text) {
        try {
            Path file = Files.createTempFile("waymark-it", ".hosts");
            file.toFile().deleteOnExit();
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String record(String name, String type, String value) {
        return "[[record]]\nname = \"%s\"\ntype = \"%s\"\nvalue = \"%s\"\n".formatted(name, type, value);
    }

    private static String many(String name, int count) {
        StringBuilder records = new StringBuilder();
        for (int i = 1; i <= count; i++) {
            records.append(record(name, "A", "192.0.2." + i));
        }
        return records.toString();
    }

    private static List<Integer> counts(byte[] message) {
        return List.of(0, 1, 2, 3).stream()
                .map(section -> Message.count(message, section))
                .toList();
    }

    private static byte[] ask(int client, byte[] query) {
        try (UdpClient udp = UdpClient.from(LAB, Family.IPV4.client(client))) {
            return udp.ask(query, Family.IPV4.gateway()).bytes();
        }
    }

    private static String dig(Family family, String... arguments) {
        return dig(family.gateway(), family, arguments);
    }

    private static String dig(InetSocketAddress server, Family family, String... arguments) {
        List<String> command = new ArrayList<>(List.of("dig", "+tries=1", "+time=3"));
        command.addAll(List.of("@" + server.getAddress().getHostAddress()));
        command.addAll(List.of("-b", family.client(MARKED).getHostAddress()));
        command.addAll(List.of(arguments));
        return LAB.exec(Host.CLIENT, command.toArray(String[]::new)).orFail();
    }
}
