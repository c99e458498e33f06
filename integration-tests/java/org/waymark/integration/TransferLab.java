package org.waymark.integration;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
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
import org.waymark.lab.Waiting;
import org.waymark.lab.ZoneTransfer;

/**
 * A lab for one class of tests about zone transfers, with a server that each test finds answering as usual; the tests start their
 * forwarders themselves.
 */
final class TransferLab implements BeforeEachCallback, AfterAllCallback {
    /** How long a server may be silent. */
    static final Duration TIMEOUT = Duration.ofSeconds(1);

    /** How long to wait for what follows at once. */
    static final Duration SOON = Waiting.PATIENCE;

    /** A query for a zone. */
    static final byte[] ZONE =
            Query.of("zone.example", ZoneTransfer.AXFR).edns(1232, 0).bytes(1);

    /** Any other query, for other.example. */
    static final byte[] OTHER = Query.of("other.example", Query.A).bytes(2);

    private final Lab lab = Lab.up();
    private final StubServer stub = StubServer.on(lab, Family.IPV4.upstream(53), Family.IPV6.upstream(53));

    Lab lab() {
        return lab;
    }

    StubServer stub() {
        return stub;
    }

    Setup setup(String... limits) {
        Setup setup = Setup.wildcard().servers(Family.IPV4.upstream(53)).tries(TIMEOUT.toMillis() + "ms", 3);
        for (String limit : limits) {
            setup.with("limits", limit);
        }
        return setup;
    }

    Forwarder start(String... limits) {
        return Forwarders.WAYMARK.start(lab, setup(limits));
    }

    TcpClient connect(int client) {
        return TcpClient.connect(lab, Family.IPV4.client(client), Family.IPV4.gateway());
    }

    static StubServer.Script transfersAnd(StubServer.Script transfer) {
        return transfersAnd(transfer, StubServer.ANSWER);
    }

    static StubServer.Script transfersAnd(StubServer.Script transfer, StubServer.Script others) {
        return (query, line) ->
                (Message.type(query.bytes()) >= ZoneTransfer.IXFR ? transfer : others).play(query, line);
    }

    static byte[] answer(StubServer.Seen query, int rcode) {
        byte[] answer = Message.answerTo(query.bytes());
        answer[3] |= (byte) rcode;
        return answer;
    }

    static List<String> digests(byte[] query, int count, int size) {
        return ZoneTransfer.digests(ZoneTransfer.answerTo(query, count, size));
    }

    /** The connections by which transfers were asked for. */
    Set<InetSocketAddress> transfers() {
        return stub.seen().stream()
                .filter(query -> Message.type(query.bytes()) >= ZoneTransfer.IXFR)
                .map(StubServer.Seen::from)
                .collect(Collectors.toSet());
    }

    int upstreamConnections() {
        String connections = lab.exec(Host.GATEWAY, "ss", "-Htn", "state", "established", "dst", "10.99.0.53")
                .orFail();
        return (int) connections.lines().count();
    }

    @Override
    public void beforeEach(ExtensionContext test) {
        lab.rules("--many");
        stub.reset();
    }

    /** Closes everything, the last first. */
    @Override
    public void afterAll(ExtensionContext tests) {
        try (lab;
                stub) {}
    }
}
