package org.waymark.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * Clients who exchange their marks while Waymark is restarted, with 400 source ports to choose from: what the first process leaves in
 * conntrack is another client's by then. The clients' own connections are forgotten, because those would rightly keep their marks.
 */
public final class ExchangedMarks {
    private static final Duration SOON = Waiting.PATIENCE;
    private static final int IN_FLIGHT = 100;
    /** Of the first process, which are to use many ports, and to leave enough. */
    private static final int BEFORE = 4000;
    /** Of the second process; each is two packets. */
    private static final int AFTERWARDS = 4500;

    private ExchangedMarks() {}

    /**
     * Fails unless all queries of the second process are answered, and each packet of both has its mark.
     *
     * @param stub the server
     * @param setup makes the configuration, for each process anew
     * @param killed whether the first process has no time to leave things in order
     * @param links the gateway's links to the servers
     */
    public static void assertExact(
            String scenario, Lab lab, StubServer stub, Supplier<Setup> setup, boolean killed, String... links) {
        lab.shell(Host.GATEWAY, "echo 1024-60599,61000-65535 > /proc/sys/net/ipv4/ip_local_reserved_ports");
        stub.plays(stub.afterBetween(Duration.ofMillis(1), Duration.ofMillis(50), StubServer.ANSWER));
        Setup manyPorts = setup.get().with("limits", "upstream-socket-life = \"1s\"");
        MarkedClients clients = MarkedClients.with(32);
        clients.settleIn(lab);
        try (TruthMeter meter = TruthMeter.on(lab, 0xffff_ffffL, links)) {
            try (Forwarder forwarder = Forwarders.WAYMARK.start(lab, manyPorts)) {
                ask(lab, clients, BEFORE, clients.ownNames());
                if (killed) {
                    ProcessHandle.of(forwarder.pid()).orElseThrow().destroyForcibly();
                    forwarder.awaitExit(SOON);
                }
            }
            MarkedClients exchanged = clients.exchanged();
            exchanged.settleIn(lab);
            try (Forwarder forwarder = Forwarders.WAYMARK.start(lab, setup.get())) {
                IntFunction<String> names = exchanged.ownNames();
                Crowd.Result result = ask(lab, exchanged, AFTERWARDS, number -> "r" + names.apply(number));
                ExactMarksTable.addExact(scenario, BEFORE + AFTERWARDS, meter.measurement());
                if (!result.equals(new Crowd.Result(AFTERWARDS, 0, List.of()))) {
                    throw new AssertionError(result + "\n" + forwarder.log());
                }
            }
        }
    }

    private static Crowd.Result ask(Lab lab, MarkedClients clients, int queries, IntFunction<String> names) {
        try (Crowd crowd = Crowd.of(lab, clients.addresses(Family.IPV4), Family.IPV4.gateway())) {
            return crowd.ask(queries, IN_FLIGHT, names);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
