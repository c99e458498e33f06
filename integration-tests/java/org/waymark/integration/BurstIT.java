package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.MarkSource;
import org.waymark.lab.Message;
import org.waymark.lab.Query;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.TruthMeter;
import org.waymark.lab.UdpClient;
import org.waymark.lab.Waiting;

/** Queries of many marks that are read together, with packets between them that are no query and are dropped. */
class BurstIT {
    private static final Duration PATIENCE = Waiting.PATIENCE;
    private static final byte[] NO_QUERY = new byte[1];
    private static final int FIRST_MARK = 101;
    private static final int LAST_MARK = 132;

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53));

    @ParameterizedTest
    @EnumSource
    void eachQueryOfABurstHasItsOwnMark(MarkSource source) {
        LAB.rules("--many");
        Setup setup = Setup.wildcard().servers(Family.IPV4.upstream(53)).marksFrom(source);
        List<UdpClient> clients = IntStream.rangeClosed(FIRST_MARK, LAST_MARK)
                .mapToObj(number -> UdpClient.from(LAB, Family.IPV4.client(number)))
                .toList();
        try (Forwarder forwarder = Forwarders.WAYMARK.start(LAB, setup);
                TruthMeter meter = TruthMeter.on(LAB)) {
            List<byte[]> queries = new ArrayList<>();
            signal(forwarder, "STOP");
            for (int i = 0; i < clients.size(); i++) {
                queries.add(
                        Query.of("q.m" + (FIRST_MARK + i) + ".example", Query.A).bytes(i));
                clients.get(i).send(NO_QUERY, Family.IPV4.gateway());
                clients.get(i).send(queries.get(i), Family.IPV4.gateway());
            }
            signal(forwarder, "CONT");
            for (int i = 0; i < clients.size(); i++) {
                UdpClient.Received answer =
                        clients.get(i).receive(PATIENCE).orElseThrow(() -> new AssertionError(forwarder.log()));
                assertArrayEquals(Message.answerTo(queries.get(i)), answer.bytes());
            }
            meter.measurement().assertExact(queries.size());
        } finally {
            clients.forEach(UdpClient::close);
        }
    }

    /** By the shell, which has the command built in. */
    private static void signal(Forwarder forwarder, String name) {
        LAB.shell(Host.GATEWAY, "kill -" + name + " " + forwarder.pid());
    }
}
