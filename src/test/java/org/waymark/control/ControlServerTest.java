package org.waymark.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Both sides of the control socket, over a real one. */
@Timeout(30)
class ControlServerTest extends WithControlSocket {
    @Test
    void aCommandIsAnswered() throws Exception {
        start(Patience.USUAL, ECHO);
        try (ControlClient client = ControlClient.connect(socket())) {
            assertEquals(
                    Map.of("text", "ä\n\"", "list", List.of(1, true)),
                    client.ask("echo", Map.of("text", "ä\n\"", "list", List.of(1, true))));
            assertEquals(Map.of(), client.ask("echo", Map.of()));
        }
        server.close();
        assertFalse(Files.exists(socket()));
    }

    @Test
    void errorsAreTold() throws Exception {
        Command failing = command("fail", arguments -> {
            throw new CommandException("it is not the day; try tomorrow");
        });
        Command faulty = command("faulty", arguments -> {
            throw new IllegalStateException("a fault");
        });
        start(Patience.USUAL, failing, faulty);
        try (ControlClient client = ControlClient.connect(socket())) {
            assertEquals("it is not the day; try tomorrow", refusal(client, "fail"));
            assertEquals("the command \"other\" is unknown (allowed: fail, faulty, tick)", refusal(client, "other"));
            assertEquals(
                    "faulty has failed because of an error in Waymark, which its log describes",
                    refusal(client, "faulty"));
            assertEquals("a fault", faults.take().getMessage());
        }
    }

    @Test
    void onlyOwnerAndGroupMayConnect() throws Exception {
        start(Patience.USUAL);
        assertEquals("rw-rw----", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket())));
    }

    @Test
    void theSocketOfAKilledProcessIsReplacedAndNothingElse() throws Exception {
        ServerSocketChannel killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        killed.bind(UnixDomainSocketAddress.of(socket()));
        IOException running = assertThrows(IOException.class, () -> start(Patience.USUAL));
        assertEquals("another Waymark is running and listens on it", running.getMessage());
        killed.close();
        start(Patience.USUAL, ECHO);
        try (ControlClient client = ControlClient.connect(socket())) {
            assertEquals(Map.of(), client.ask("echo", Map.of()));
        }
        server.close();
        Files.createFile(socket());
        IOException file = assertThrows(IOException.class, () -> start(Patience.USUAL));
        assertEquals("there is a file of this name that is not a socket", file.getMessage());
    }

    @Test
    void theClientSaysWhyThereIsNoConnection() throws Exception {
        String absent = assertThrows(ControlException.class, () -> ControlClient.connect(socket()))
                .getMessage();
        assertEquals(
                "there is no socket " + socket()
                        + ": Waymark is not running, or its control.socket names another (--socket)",
                absent);
        ServerSocketChannel killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        killed.bind(UnixDomainSocketAddress.of(socket()));
        killed.close();
        String stale = assertThrows(ControlException.class, () -> ControlClient.connect(socket()))
                .getMessage();
        assertTrue(stale.startsWith("nobody listens on " + socket()), stale);
    }

    @Test
    void theClientDoesNotWaitForever() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        Command slow = command("slow", arguments -> {
            awaitUninterruptibly(done);
            return Map.of();
        });
        start(Patience.USUAL, slow);
        try (ControlClient client = ControlClient.connect(socket(), Duration.ofMillis(100))) {
            assertEquals(
                    "the connection to Waymark has ended: " + socket() + ": no answer within 0 s",
                    refusal(client, "slow"));
            done.countDown();
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aClientMayCloseItsSideAfterItsRequests() throws Exception {
        start(Patience.USUAL, ECHO);
        try (Raw client = new Raw()) {
            client.send("{\"command\":\"echo\",\"n\":1}\n{\"command\":\"echo\",\"n\":2}\n{\"command\":\"ech");
            client.channel.shutdownOutput();
            assertEquals("{\"ok\":{\"n\":1}}", client.lines.readLine());
            assertEquals("{\"ok\":{\"n\":2}}", client.lines.readLine());
            assertEquals(null, client.lines.readLine());
        }
    }

    /** The server may have closed the connection before the request is sent. */
    @Test
    void whyTheServerHasClosedTheConnectionIsTold() throws Exception {
        String reason = "all places for clients are taken";
        try (ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listening.bind(UnixDomainSocketAddress.of(socket()));
            try (ControlClient client = ControlClient.connect(socket())) {
                try (SocketChannel accepted = listening.accept()) {
                    accepted.write(ByteBuffer.wrap(Lines.of(Lines.ERROR, reason)));
                }
                assertEquals(reason, refusal(client, "echo"));
            }
        }
    }

    @Test
    void commandThatTakesLongHoldsUpNoOther() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        Command slow = command("slow", arguments -> {
            try {
                end.await();
            } catch (InterruptedException e) {
                throw new CommandException("interrupted");
            }
            return Map.of();
        });
        start(Patience.USUAL, slow, ECHO);
        List<Raw> waiting = new ArrayList<>();
        for (int i = 0; i < ControlServer.MOST_CLIENTS - 1; i++) {
            waiting.add(new Raw());
            waiting.get(i).send("{\"command\":\"slow\"}\n");
        }
        try (ControlClient client = ControlClient.connect(socket())) {
            assertEquals(Map.of("n", 1), client.ask("echo", Map.of("n", 1)));
        }
        end.countDown();
        for (Raw each : waiting) {
            assertEquals("{\"ok\":{}}", each.lines.readLine());
            each.close();
        }
    }
}
