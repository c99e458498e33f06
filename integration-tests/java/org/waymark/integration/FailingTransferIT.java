package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.waymark.integration.TransferLab.OTHER;
import static org.waymark.integration.TransferLab.SOON;
import static org.waymark.integration.TransferLab.TIMEOUT;
import static org.waymark.integration.TransferLab.ZONE;
import static org.waymark.integration.TransferLab.answer;
import static org.waymark.integration.TransferLab.digests;
import static org.waymark.integration.TransferLab.transfersAnd;

import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Lab;
import org.waymark.lab.Message;
import org.waymark.lab.Query;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.TcpClient;
import org.waymark.lab.Waiting;
import org.waymark.lab.ZoneTransfer;

/** Servers that do not answer a zone transfer, or not to its end. */
class FailingTransferIT {
    @RegisterExtension
    private static final TransferLab TRANSFERS = new TransferLab();

    private static final Lab LAB = TRANSFERS.lab();
    private static final StubServer STUB = TRANSFERS.stub();

    @AutoClose
    private static final StubServer SECOND = StubServer.on(LAB, Family.IPV4.upstream(54));

    @BeforeEach
    void answerAsUsual() {
        SECOND.reset();
    }

    @ParameterizedTest
    @EnumSource
    void transferThatBreaksOffEndsTheConnectionWhenTheOthersAreAnswered(BreakOff how) {
        STUB.plays(transfersAnd(
                (query, line) -> {
                    line.send(ZoneTransfer.message(query.bytes(), 0, 3, 1_000));
                    line.send(ZoneTransfer.message(query.bytes(), 1, 3, 1_000));
                    Waiting.until(SOON, "other is asked", () -> !STUB.seen("other.example")
                            .isEmpty());
                    how.breakOff.play(query, line);
                },
                STUB.after(TIMEOUT.dividedBy(2), StubServer.ANSWER)));
        try (Forwarder forwarder = TRANSFERS.start();
                TcpClient client = TRANSFERS.connect(137)) {
            client.send(ZONE);
            List<byte[]> expected = ZoneTransfer.answerTo(ZONE, 3, 1_000);
            assertArrayEquals(expected.get(0), client.receive().orElseThrow());
            assertArrayEquals(expected.get(1), client.receive().orElseThrow());
            client.send(OTHER);
            assertArrayEquals(Message.answerTo(OTHER), client.receive().orElseThrow(), forwarder::log);
            assertTrue(client.isClosedWithin(SOON), forwarder::log);
            assertEquals(1, TRANSFERS.transfers().size(), "it is not asked for again");
            Waiting.until(SOON, "the server is left", () -> TRANSFERS.upstreamConnections() <= 1);
            assertEquals(List.of(), forwarder.ownFaults());
        }
    }

    private enum BreakOff {
        CLOSED((query, line) -> line.close()),
        SILENT(StubServer.SILENCE),
        OTHER_ID((query, line) -> line.send(
                ZoneTransfer.message(Message.withId(query.bytes(), Message.id(query.bytes()) ^ 1), 2, 3, 99))),
        OTHER_QUESTION((query, line) ->
                line.send(Message.answerTo(Query.of("wrong.example", Query.A).bytes(Message.id(query.bytes()))))),
        NO_MESSAGE((query, line) -> line.send(new byte[5]));

        private final StubServer.Script breakOff;

        BreakOff(StubServer.Script breakOff) {
            this.breakOff = breakOff;
        }
    }

    @Test
    void errorInTheMiddleIsTheEnd() {
        STUB.plays(transfersAnd((query, line) -> {
            line.send(ZoneTransfer.message(query.bytes(), 0, 3, 1_000));
            line.send(answer(query, Message.SERVFAIL));
        }));
        try (Forwarder forwarder = TRANSFERS.start();
                TcpClient client = TRANSFERS.connect(137)) {
            assertEquals(1, Message.count(client.ask(ZONE), 0));
            assertEquals(Message.SERVFAIL, Message.rcode(client.receive().orElseThrow()));
            assertArrayEquals(Message.answerTo(OTHER), client.ask(OTHER), forwarder::log);
        }
    }

    @ParameterizedTest
    @EnumSource
    void nextServerIsAskedBeforeTheFirstMessage(NoAnswer how) {
        STUB.plays(how.script);
        SECOND.plays(ZoneTransfer.server(3, 1_000));
        Setup both = TRANSFERS.setup().servers(Family.IPV4.upstream(54));
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, both);
                TcpClient client = TRANSFERS.connect(137)) {
            assertEquals(digests(ZONE, 3, 1_000), ZoneTransfer.digests(ZoneTransfer.ask(client, ZONE)), forwarder::log);
            assertEquals(1, STUB.seen().size());
            assertEquals(1, SECOND.seen().size());
            for (StubServer.Seen seen :
                    List.of(STUB.seen().get(0), SECOND.seen().get(0))) {
                // A client that is gone leaves its mark behind, and so does a connection.
                assertEquals(OptionalLong.of(137), LAB.conntrack().markOf(true, seen.from(), seen.at()));
            }
            assertEquals(List.of(), forwarder.ownFaults());
        }
    }

    private enum NoAnswer {
        SILENT(StubServer.SILENCE),
        CLOSED((query, line) -> line.close()),
        SERVFAIL((query, line) -> line.send(answer(query, Message.SERVFAIL))),
        REFUSED((query, line) -> line.send(answer(query, Message.REFUSED))),
        OTHER_QUESTION((query, line) ->
                line.send(Message.answerTo(Query.of("wrong.example", Query.A).bytes(Message.id(query.bytes())))));

        private final StubServer.Script script;

        NoAnswer(StubServer.Script script) {
            this.script = script;
        }
    }

    @Test
    void clientIsToldWhenNoServerAnswers() {
        STUB.plays(transfersAnd(StubServer.SILENCE));
        try (Forwarder forwarder = TRANSFERS.start();
                TcpClient client = TRANSFERS.connect(137)) {
            assertEquals(Message.SERVFAIL, Message.rcode(client.ask(ZONE)), forwarder::log);
            assertEquals(3, TRANSFERS.transfers().size());
            assertArrayEquals(Message.answerTo(OTHER), client.ask(OTHER), "the connection goes on");
        }
    }

    @Test
    void refusalOfTheOnlyServerPasses() {
        STUB.plays((query, line) -> line.send(answer(query, Message.REFUSED)));
        try (Forwarder forwarder = TRANSFERS.start();
                TcpClient client = TRANSFERS.connect(137)) {
            assertEquals(Message.REFUSED, Message.rcode(client.ask(ZONE)), forwarder::log);
            assertEquals(1, TRANSFERS.transfers().size());
            assertFalse(client.isClosedWithin(TIMEOUT.multipliedBy(2)), "the connection goes on");
        }
    }
}
