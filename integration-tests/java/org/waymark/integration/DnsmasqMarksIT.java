package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.waymark.lab.Crowd;
import org.waymark.lab.ExactMarksTable;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Lab;
import org.waymark.lab.MarkedClients;
import org.waymark.lab.Measurement;
import org.waymark.lab.Setup;
import org.waymark.lab.StubServer;
import org.waymark.lab.TcpCrowd;
import org.waymark.lab.TruthMeter;

/** The meter that finds Waymark right finds dnsmasq's faults in the same scenarios, and finds it right where it is. */
class DnsmasqMarksIT {
    private static final int IN_FLIGHT = 300;

    /** The server takes 50 ms at most, and dnsmasq leaves a few queries without an answer. */
    private static final Duration SILENCE = Duration.ofSeconds(2);

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53), Family.IPV6.upstream(53));

    @BeforeEach
    void answerInAnyOrder() {
        LAB.rules();
        STUB.reset();
        STUB.plays(STUB.afterBetween(Duration.ofMillis(1), Duration.ofMillis(50), StubServer.ANSWER));
    }

    @ParameterizedTest
    @CsvSource({"32, IPV4, 4000", "32, IPV6, 4000", "1024, IPV4, 5000", "1024, IPV6, 5000"})
    void portsGoFromOneMarkToAnother(int marks, Family family, int queries) throws IOException {
        Measurement measured = measureUdp(settle(marks), family, family.gateway(), queries);
        assertTrue(measured.wrong() > 0 && measured.shared() > 0, () -> "the meter sees nothing wrong: " + measured);
        addRow("%,d marks, UDP, %s".formatted(marks, family), queries, measured, measured.wrong());
    }

    @ParameterizedTest
    @EnumSource
    void marksAreLostUnderRedirect(Family family) throws IOException {
        MarkedClients clients = settle(32);
        LAB.redirect(53);
        int queries = 4000;
        Measurement measured = measureUdp(clients, family, family.elsewhere(), queries);
        assertTrue(measured.wrong() > queries, () -> "the meter sees little wrong: " + measured);
        addRow("32 marks, UDP, " + family + ", port 53 redirected", queries, measured, measured.wrong());
    }

    @ParameterizedTest
    @EnumSource
    void queriesAreMergedIntoThoseOfOtherMarks(Family family) throws IOException {
        MarkedClients clients = settle(32);
        int names = 100;
        int queries = names * clients.size();
        try (Forwarder dnsmasq = start(family);
                TruthMeter meter = TruthMeter.on(LAB);
                Crowd crowd = Crowd.of(LAB, clients.addresses(family), family.gateway())) {
            crowd.losing(SILENCE).ask(queries, IN_FLIGHT, clients.sharedNames());
            Measurement measured = meter.measurement();
            long without = clients.countWithoutTheirMark(names, measured);
            assertTrue(without > queries / 2, dnsmasq::log);
            addRow("32 marks, UDP, " + family + ", the same name at once", queries, measured, without);
        }
    }

    /** For a client's connection dnsmasq has a process, which asks on a connection of its own: nothing is mixed, but it may be lost. */
    @ParameterizedTest
    @CsvSource({"false, IPV4", "false, IPV6", "true, IPV4", "true, IPV6"})
    void marksAreLostOverTcpUnderRedirectAlone(boolean redirected, Family family) {
        MarkedClients clients = settle(32);
        if (redirected) {
            LAB.redirect(53);
        }
        int queries = 10 * clients.size();
        try (Forwarder dnsmasq = start(family);
                TruthMeter meter = TruthMeter.on(LAB)) {
            InetSocketAddress server = redirected ? family.elsewhere() : family.gateway();
            TcpCrowd.of(LAB, clients.addresses(family), server).ask(10, 10, clients.ownNames());
            Measurement measured = meter.measurement();
            assertEquals(redirected, measured.wrong() > 0, dnsmasq::log);
            addRow(
                    "32 marks, TCP, " + family + (redirected ? ", port 53 redirected" : ""),
                    queries,
                    measured,
                    measured.wrong());
        }
    }

    private static Measurement measureUdp(MarkedClients clients, Family family, InetSocketAddress server, int queries)
            throws IOException {
        try (Forwarder dnsmasq = start(family);
                TruthMeter meter = TruthMeter.on(LAB);
                Crowd crowd = Crowd.of(LAB, clients.addresses(family), server)) {
            crowd.losing(SILENCE).ask(queries, IN_FLIGHT, clients.ownNames());
            assertEquals(
                    "",
                    dnsmasq.log()
                            .lines()
                            .filter(line -> line.contains("error"))
                            .findAny()
                            .orElse(""));
            return meter.measurement();
        }
    }

    private static Forwarder start(Family family) {
        return Forwarders.DNSMASQ.start(LAB, Setup.wildcard().servers(family.upstream(53)));
    }

    private static MarkedClients settle(int marks) {
        MarkedClients clients = MarkedClients.with(marks);
        clients.settleIn(LAB);
        return clients;
    }

    private static void addRow(String scenario, int queries, Measurement measured, long wrong) {
        ExactMarksTable.add(Forwarders.DNSMASQ, scenario, queries, measured.packets(), wrong);
    }
}
