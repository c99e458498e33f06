package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterClassTemplateInvocationCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeClassTemplateInvocationCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.ParameterInfo;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Lab;
import org.waymark.lab.Message;
import org.waymark.lab.Query;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.TcpClient;
import org.waymark.lab.UdpClient;
import org.waymark.lab.Waiting;

/**
 * A lab for one parameterized class of tests that are hostile to the forwarder which is its parameter: after each of them it still answers, no exception is in its log, and
 * the sockets of Waymark are closed again. The same tests run against others, which are known to be good at some and not at some.
 */
final class HostileLab
        implements BeforeClassTemplateInvocationCallback,
                BeforeEachCallback,
                AfterEachCallback,
                AfterClassTemplateInvocationCallback,
                AfterAllCallback {
    static final InetAddress CLIENT = Family.IPV4.client(137);
    static final InetSocketAddress GATEWAY = Family.IPV4.gateway();

    /** A query that nothing is wrong with, for www.valid.example. */
    static final byte[] VALID = Query.of("www.valid.example", Query.A)
            .edns(1232, 0x8000, (byte) 0, (byte) 3, (byte) 0, (byte) 0)
            .bytes(1);

    private final Lab lab = Lab.up();
    private final StubServer stub = StubServer.on(lab, Family.IPV4.upstream(53), Family.IPV4.upstream(54));
    private Forwarders kind;
    private Forwarder forwarder;
    private int openFilesAtRest;

    /** Starts the forwarder that the class is run against, and asks it once so that everything is loaded. */
    @Override
    public void beforeClassTemplateInvocation(ExtensionContext tests) {
        kind = ParameterInfo.get(tests).getArguments().get(0, Forwarders.class);
        forwarder = kind.start(
                lab,
                Setup.wildcard()
                        .servers(Family.IPV4.upstream(53))
                        .tries("1s", 2)
                        .with("limits", "tcp-idle = \"3s\"")
                        .with("limits", "upstream-idle = \"1s\"")
                        .with("limits", "upstream-socket-life = \"1s\""));
        askAsUsual();
        if (kind == Forwarders.WAYMARK) {
            Waiting.until(Waiting.PATIENCE, "idle sockets are closed", () -> !lab.isConnectedToServer());
        }
        openFilesAtRest = forwarder.openFiles();
    }

    /** Stops the forwarder, so that another can be started. */
    @Override
    public void afterClassTemplateInvocation(ExtensionContext tests) {
        forwarder.close();
    }

    /** Checks what a good forwarder does, and that the test sees it when another one is known not to do it. */
    void expect(boolean good, String what, Forwarders... knownNotTo) {
        kind.expect(good, what + "; log: " + forwarder.log(), knownNotTo);
    }

    Lab lab() {
        return lab;
    }

    /** The server that the forwarder asks; it has a second address, 54, which is not asked. */
    StubServer stub() {
        return stub;
    }

    Forwarder forwarder() {
        return forwarder;
    }

    /** What comes back for a datagram. Where silence is due, or common, it is not waited for long. */
    Optional<byte[]> answerTo(byte[] message) {
        try (UdpClient client = UdpClient.from(lab, CLIENT)) {
            client.send(message, GATEWAY);
            Duration patience = Message.HEADER > message.length || Message.isAnswer(message)
                    ? Duration.ofMillis(100)
                    : Duration.ofSeconds(kind == Forwarders.WAYMARK ? 5 : 1);
            return client.receive(patience).map(UdpClient.Received::bytes);
        }
    }

    /** What comes back for a query that nothing is wrong with. */
    byte[] ask(byte[] query) {
        try (UdpClient client = UdpClient.from(lab, CLIENT)) {
            return client.ask(query, GATEWAY).bytes();
        }
    }

    @Override
    public void beforeEach(ExtensionContext test) {
        stub.reset();
    }

    /** The forwarder is as good as before. */
    @Override
    public void afterEach(ExtensionContext test) {
        stub.plays(StubServer.ANSWER);
        askAsUsual();
        assertEquals(List.of(), forwarder.ownFaults());
        if (kind == Forwarders.WAYMARK) {
            Waiting.until(
                    Waiting.PATIENCE,
                    "open files back to " + openFilesAtRest,
                    () -> forwarder.openFiles() <= openFilesAtRest);
        }
    }

    /** Closes everything, the last first. */
    @Override
    public void afterAll(ExtensionContext tests) {
        try (lab;
                stub) {}
    }

    private void askAsUsual() {
        byte[] query = Query.of("usual.example", Query.A).bytes(77);
        assertArrayEquals(Message.answerTo(query), ask(query));
        try (TcpClient tcp = TcpClient.connect(lab, CLIENT, GATEWAY)) {
            assertArrayEquals(Message.answerTo(query), tcp.ask(query));
        }
    }
}
