package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.waymark.lab.Certificates;
import org.waymark.lab.Conntrack;
import org.waymark.lab.Family;
import org.waymark.lab.Lab;
import org.waymark.lab.Message;
import org.waymark.lab.Query;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.TcpClient;
import org.waymark.lab.UdpClient;

/**
 * A lab for one class of tests, with a server over TLS, which each test finds answering as usual; the tests start their forwarders
 * themselves. After each of them, nothing has gone in clear text.
 */
final class TlsLab implements BeforeEachCallback, AfterEachCallback, AfterAllCallback {
    /** The name in the server's certificate. */
    static final String NAME = "dns.example";

    private static final AtomicInteger NAMES = new AtomicInteger();

    private final Certificates certificates = Certificates.make();
    private final Certificates.Identity identity = certificates.identity(NAME);
    private final Lab lab = Lab.up();

    /** Takes what goes to the usual port in clear text: nothing may. */
    private final StubServer clear = StubServer.on(
            lab,
            Family.IPV4.upstream(53),
            Family.IPV6.upstream(53),
            Family.IPV4.upstream(54),
            Family.IPV6.upstream(54));

    private final StubServer stub =
            StubServer.overTls(lab, identity, Family.IPV4.tlsUpstream(53), Family.IPV6.tlsUpstream(53));

    Lab lab() {
        return lab;
    }

    StubServer stub() {
        return stub;
    }

    Certificates certificates() {
        return certificates;
    }

    /** Who the server shows itself to be. */
    Certificates.Identity identity() {
        return identity;
    }

    /** A forwarder that trusts the authority of {@link #certificates}, with no server yet. */
    Setup trusting() {
        return Setup.wildcard().trusting(certificates.authority());
    }

    /** A forwarder that trusts the authority and asks the server by this IP version. */
    Setup askingStub(Family family) {
        return trusting().tlsServer(family.tlsUpstream(53), NAME);
    }

    /** Asks over UDP and IPv4 for a name that nobody has asked for; returns the name. */
    String askOverUdp(int clientNumber) {
        byte[] query = nextQuery();
        try (UdpClient client = UdpClient.from(lab, Family.IPV4.client(clientNumber))) {
            assertArrayEquals(
                    Message.answerTo(query),
                    client.ask(query, Family.IPV4.gateway()).bytes());
        }
        return Message.name(query);
    }

    /** Asks over TCP and IPv6 for a name that nobody has asked for; returns the name. */
    String askOverTcp(int clientNumber) {
        byte[] query = nextQuery();
        try (TcpClient client = TcpClient.connect(lab, Family.IPV6.client(clientNumber), Family.IPV6.gateway())) {
            assertArrayEquals(Message.answerTo(query), client.ask(query));
        }
        return Message.name(query);
    }

    /** A query for a name that nobody has asked for. */
    static byte[] nextQuery() {
        int number = nextNumber();
        return Query.of("q" + number + ".example", Query.A).bytes(number);
    }

    /** A number that makes a name one that nobody has asked for. */
    static int nextNumber() {
        return NAMES.incrementAndGet();
    }

    /** Checks that every connection by which a name was asked for has this mark; returns where the last one came from. */
    InetSocketAddress assertMark(int mark, String name) {
        List<StubServer.Seen> queries = stub.seen(name);
        assertFalse(queries.isEmpty());
        Conntrack table = lab.conntrack();
        for (StubServer.Seen query : queries) {
            assertEquals(OptionalLong.of(mark), table.markOf(true, query.from(), query.at()), query::toString);
        }
        return queries.get(queries.size() - 1).from();
    }

    @Override
    public void beforeEach(ExtensionContext test) {
        stub.reset();
        clear.reset();
    }

    /** Nothing went in clear text. */
    @Override
    public void afterEach(ExtensionContext test) {
        assertEquals(List.of(), clear.seen());
    }

    /** Closes everything, the last first. */
    @Override
    public void afterAll(ExtensionContext tests) {
        try (certificates;
                lab;
                clear;
                stub) {}
    }
}
