package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.waymark.lab.ControlSocketClient;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Lab;
import org.waymark.lab.RecipeClients;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.Waiting;

/** Clients of the control socket that never read, send garbage or half lines, or are very many: no query is lost for them. */
class HostileControlClientsIT {
    private static final long SEED = new Random().nextLong();
    private static final int CONNECTIONS = 1_000;
    private static final int QUERIES = 20_000;
    private static final int IN_FLIGHT = 50;

    /** What 32 clients may have waiting, and what the JVM may need for it. */
    private static final int MORE_MEBIBYTES = 48;

    @TempDir
    private Path folder;

    private final Random random = new Random(SEED);

    @Test
    void noQueryIsLostAndMemoryIsBounded() throws IOException {
        Path socket = folder.resolve("control");
        List<ControlSocketClient> clients = new ArrayList<>();
        try (Lab lab = Lab.up();
                StubServer stub = StubServer.on(lab, Family.IPV4.upstream(53));
                Forwarder waymark = Forwarders.WAYMARK.start(
                        lab,
                        Setup.wildcard()
                                .servers(Family.IPV4.upstream(53))
                                .with("control", "socket = \"" + socket + "\""))) {
            stub.plays(StubServer.ANSWER);
            assertEquals(RecipeClients.allRight(QUERIES), ask(lab));
            int before = waymark.residentMebibytes();

            for (int i = 0; i < CONNECTIONS; i++) {
                clients.add(misbehave(socket, i));
            }
            assertEquals(RecipeClients.allRight(QUERIES), ask(lab), "seed " + SEED);
            int grown = waymark.residentMebibytes() - before;
            assertTrue(grown < MORE_MEBIBYTES, () -> grown + " MiB more, seed " + SEED);

            closeAll(clients);
            Waiting.until(Waiting.PATIENCE, "a place for a client", () -> isServed(socket));
            assertEquals(List.of(), waymark.ownFaults());
        } finally {
            closeAll(clients);
        }
    }

    private static Object ask(Lab lab) {
        return RecipeClients.askOverUdp(lab, Family.IPV4.gateway(), QUERIES, IN_FLIGHT, i -> "q" + i + ".example");
    }

    private static void closeAll(List<ControlSocketClient> clients) throws IOException {
        for (ControlSocketClient client : clients) {
            client.close();
        }
    }

    /** The first ones find a place. Some of them watch and never read. */
    private ControlSocketClient misbehave(Path socket, int number) throws IOException {
        ControlSocketClient client = ControlSocketClient.connect(socket);
        try {
            switch (number % 4) {
                case 0 -> client.send("{\"command\":\"watch\"}\n");
                case 1 -> client.send("{\"command\":\"stats\",\"by\":\"mark\"}\n".repeat(1_000));
                case 2 -> client.send("{\"command\":\"sta");
                default -> client.send(garbage());
            }
        } catch (IOException e) {
            // There was no place for it, and it has been told so.
        }
        return client;
    }

    private String garbage() {
        StringBuilder garbage = new StringBuilder();
        for (int i = 0; i < 20_000; i++) {
            garbage.append((char) random.nextInt(256));
        }
        return garbage.toString();
    }

    private static boolean isServed(Path socket) {
        try (ControlSocketClient client = ControlSocketClient.connect(socket)) {
            Map<String, Object> answer =
                    client.send("{\"command\":\"status\"}\n").read();
            return answer != null && answer.containsKey("ok");
        } catch (IOException e) {
            return false;
        }
    }
}
