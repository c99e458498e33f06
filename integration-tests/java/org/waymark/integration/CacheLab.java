package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.waymark.lab.Family;
import org.waymark.lab.Lab;
import org.waymark.lab.Query;
import org.waymark.lab.ReloadedWaymark;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.TcpClient;
import org.waymark.lab.UdpClient;

/** A lab for one class of tests of the cache. One Waymark serves all of them, so each asks for names of its own. */
final class CacheLab implements BeforeEachCallback, AfterEachCallback, AfterAllCallback {
    static final InetAddress CLIENT = Family.IPV4.client(137);
    static final InetSocketAddress GATEWAY = Family.IPV4.gateway();

    private final AtomicInteger names = new AtomicInteger();
    private final Lab lab = Lab.up();
    private final StubServer stub = StubServer.on(lab, Family.IPV4.upstream(53), Family.IPV4.upstream(54));
    private final ReloadedWaymark waymark;

    CacheLab(Setup setup) {
        waymark = ReloadedWaymark.start(lab, setup);
    }

    /** A cache of 1 MiB before the first of two servers, which is asked once. */
    static Setup setup() {
        return Setup.wildcard().servers(Family.IPV4.upstream(53)).tries("2s", 1).with("cache", "size = \"1MiB\"");
    }

    /** An option of EDNS with as many bytes that are 0. */
    static byte[] option(int code, int length) {
        byte[] option = new byte[4 + length];
        System.arraycopy(Query.shorts(code, length), 0, option, 0, 4);
        return option;
    }

    Lab lab() {
        return lab;
    }

    StubServer stub() {
        return stub;
    }

    ReloadedWaymark waymark() {
        return waymark;
    }

    String nextName() {
        return "n" + names.incrementAndGet() + ".example";
    }

    /** Has the servers give these answers. */
    void answer(Function<byte[], byte[]> answer) {
        stub.plays((query, line) -> line.send(answer.apply(query.bytes())));
    }

    byte[] ask(Query query) {
        try (UdpClient udp = UdpClient.from(lab, CLIENT)) {
            return udp.ask(query.bytes(7), GATEWAY).bytes();
        }
    }

    byte[] askOverTcp(Query query) {
        try (TcpClient tcp = TcpClient.connect(lab, CLIENT, GATEWAY)) {
            return tcp.ask(query.bytes(7));
        }
    }

    @Override
    public void beforeEach(ExtensionContext test) {
        stub.reset();
    }

    @Override
    public void afterEach(ExtensionContext test) {
        assertEquals(List.of(), waymark.process().ownFaults());
    }

    /** Closes everything, the last first. */
    @Override
    public void afterAll(ExtensionContext tests) {
        try (lab;
                stub;
                waymark) {}
    }
}
