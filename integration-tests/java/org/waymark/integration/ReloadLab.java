package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.waymark.lab.Family;
import org.waymark.lab.Lab;
import org.waymark.lab.Message;
import org.waymark.lab.Query;
import org.waymark.lab.ReloadedWaymark;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.TcpClient;
import org.waymark.lab.TruthMeter;
import org.waymark.lab.UdpClient;

/** A lab for one class of tests, with one Waymark for all of them: each begins with a reload, and ends without a fault. */
final class ReloadLab implements BeforeEachCallback, AfterEachCallback, AfterAllCallback {
    private static final InetSocketAddress ASKED = Family.IPV4.gateway();
    private static final AtomicInteger NAMES = new AtomicInteger();

    private final Lab lab = Lab.up();
    private final StubServer stub =
            StubServer.on(lab, Family.IPV4.upstream(53), Family.IPV4.upstream(54), Family.IPV6.upstream(53));
    private final ReloadedWaymark waymark = ReloadedWaymark.start(lab, setup());

    Lab lab() {
        return lab;
    }

    StubServer stub() {
        return stub;
    }

    ReloadedWaymark waymark() {
        return waymark;
    }

    /** What each test begins with. */
    Setup setup() {
        return Setup.wildcard().servers(Family.IPV4.upstream(53)).tries("1s", 3);
    }

    @Override
    public void beforeEach(ExtensionContext test) {
        lab.rules();
        lab.acceptMarks(true);
        stub.reset();
        waymark.reload(setup());
    }

    @Override
    public void afterEach(ExtensionContext test) {
        assertEquals(List.of(), waymark.process().ownFaults());
    }

    @Override
    public void afterAll(ExtensionContext tests) {
        waymark.close();
        stub.close();
        lab.close();
    }

    /** A name that nobody has asked for. */
    String nextName() {
        return "n" + NAMES.incrementAndGet() + ".example";
    }

    byte[] ask(int client, InetSocketAddress at, String name) {
        try (UdpClient udp = UdpClient.from(lab, Family.IPV4.client(client))) {
            return udp.ask(Query.of(name, Query.TXT).bytes(client), at).bytes();
        }
    }

    int rcode(int client) {
        return Message.rcode(ask(client, ASKED, nextName()));
    }

    /** The marks that a query of a client leaves with, over UDP and TCP. */
    Set<Long> marksOf(int client) {
        String overUdp = nextName();
        String overTcp = nextName();
        try (TruthMeter meter = TruthMeter.on(lab);
                TcpClient tcp = TcpClient.connect(lab, Family.IPV4.client(client), ASKED)) {
            assertEquals(Message.NOERROR, Message.rcode(ask(client, ASKED, overUdp)));
            assertEquals(
                    Message.NOERROR,
                    Message.rcode(tcp.ask(Query.of(overTcp, Query.TXT).bytes(1))));
            var marks = meter.measurement().marksOfNames();
            assertEquals(marks.get(overUdp).keySet(), marks.get(overTcp).keySet());
            return marks.get(overUdp).keySet();
        }
    }

    InetSocketAddress serverOf(int client) {
        String name = nextName();
        ask(client, ASKED, name);
        return stub.seen(name).get(0).at();
    }
}
