package org.waymark.control;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.waymark.lab.Waiting;

/** Clients that send what is no request, or nothing, or never read, or are too many. */
@Timeout(30)
class StubbornControlClientsTest extends WithControlSocket {
    private static final Patience SHORT = new Patience(Duration.ofMillis(300), Duration.ofMillis(300));

    @Test
    void whatIsNoRequestIsRefused() throws Exception {
        start(Patience.USUAL, ECHO);
        try (Raw client = new Raw()) {
            String refused = "{\"error\":\"not a request: each line is a JSON object, {\\\"command\\\":NAME, ...}\"}";
            for (String garbage : List.of("hello", "", "[1]", "{\"command\":\"echo\"", "\0\377", "[".repeat(5_000))) {
                client.send(garbage + "\n");
                assertEquals(refused, client.lines.readLine(), garbage);
            }
            client.send("{\"name\":\"echo\"}\n");
            assertEquals(
                    "{\"error\":\"the request names no command: {\\\"command\\\":NAME, ...}\"}",
                    client.lines.readLine());
            client.send("x".repeat(ControlServer.MOST_REQUEST + 1));
            assertEquals("{\"error\":\"a request has at most 16384 bytes\"}", client.lines.readLine());
            assertEquals(null, client.lines.readLine());
        }
    }

    @Test
    void aClientThatSendsNothingLosesItsConnection() throws Exception {
        start(SHORT, ECHO);
        try (Raw client = new Raw()) {
            client.send("{\"command\":");
            assertEquals("{\"error\":\"no request within 0 s; connect again\"}", client.lines.readLine());
            assertEquals(null, client.lines.readLine());
        }
    }

    @Test
    void aClientThatReadsNoAnswerLosesItsConnection() throws Exception {
        String much = "x".repeat(1 << 20);
        CountDownLatch asked = new CountDownLatch(2);
        Command large = command("large", arguments -> {
            asked.countDown();
            return Map.of("much", much);
        });
        start(SHORT, large);
        try (Raw client = new Raw()) {
            client.send("{\"command\":\"large\"}\n{\"command\":\"large\"}\n");
            Waiting.until(Waiting.PATIENCE, "the end of the connection", client::isClosedByServer);
            assertEquals(1, asked.getCount(), "one answer at a time");
        }
    }

    @Test
    void moreClientsThanThereArePlacesForAreToldSo() throws Exception {
        List<ControlClient> clients = new ArrayList<>();
        start(Patience.USUAL, ECHO);
        try {
            for (int i = 0; i < ControlServer.MOST_CLIENTS; i++) {
                clients.add(ControlClient.connect(socket()));
            }
            try (Raw late = new Raw()) {
                assertEquals(
                        "{\"error\":\"all 32 places for clients are taken; end one, or try again later\"}",
                        late.lines.readLine());
                assertEquals(null, late.lines.readLine());
            }
            assertEquals(Map.of(), clients.get(0).ask("echo", Map.of()));
        } finally {
            clients.forEach(ControlClient::close);
        }
    }
}
