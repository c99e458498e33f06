package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.waymark.lab.Crowd;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Host;
import org.waymark.lab.Lab;
import org.waymark.lab.MarkedClients;
import org.waymark.lab.Precedence;
import org.waymark.lab.Prometheus;
import org.waymark.lab.Setup;
import org.waymark.lab.SteadyLoad;
import org.waymark.lab.StubServer;
import org.waymark.lab.Waiting;
import org.waymark.lab.Web;

/** What the web server tells programs, and that nobody who asks it does harm. */
class MetricsIT {
    private static final int MARKS = 4096;

    @AutoClose
    private static final Precedence PRECEDENCE = Precedence.take();

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53));

    private static final Web WEB = new Web(LAB);

    @BeforeEach
    void answerAsUsual() {
        STUB.reset();
    }

    private static Forwarder start(int marks) {
        Forwarder forwarder = Forwarders.WAYMARK.start(
                LAB,
                Setup.wildcard()
                        .servers(Family.IPV4.upstream(53))
                        .with("metrics", "listen = \"" + Web.ADDRESS + "\"")
                        .with("metrics", "marks = " + marks)
                        .with("limits", "upstream-sockets = 16384"));
        WEB.awaitOpen();
        return forwarder;
    }

    private static void ask(MarkedClients clients, int queries) throws IOException {
        try (Crowd crowd = Crowd.of(LAB, clients.addresses(Family.IPV4), Family.IPV4.gateway())) {
            assertEquals(
                    new Crowd.Result(queries, 0, List.of()),
                    crowd.ask(queries, 100, number -> "q" + number + ".example"));
        }
    }

    @Test
    void prometheusHasEveryQueryByItsMark() throws IOException {
        MarkedClients clients = MarkedClients.with(12);
        clients.settleIn(LAB);
        try (Forwarder forwarder = start(5);
                Prometheus prometheus = Prometheus.start(LAB)) {
            double before = WEB.sum("waymark_queries_total", "");
            ask(clients, 1_600);

            assertEquals(before + 1_600, WEB.sum("waymark_queries_total", "transport=\"udp\""), forwarder::log);
            assertEquals(1_600, WEB.sum("waymark_responses_total", "rcode=\"NOERROR\""));
            assertEquals(1_600, WEB.sum("waymark_mark_queries_total", "mark=\""));
            assertEquals(400, WEB.sum("waymark_mark_queries_total", "mark=\"0x0\""));
            assertTrue(WEB.sum("waymark_mark_queries_total", "mark=\"other\"") >= 800);
            assertEquals(1_600, WEB.sum("waymark_upstream_responses_total", "server=\"10.99.0.53:53\""));
            Waiting.until(Waiting.PATIENCE, "Prometheus has all queries", () -> prometheus
                    .query("sum(waymark_mark_queries_total)")
                    .contains("\"1600\""));
            assertTrue(prometheus.query("up{job=\"waymark\"}").contains(",\"1\"]"));
            assertEquals("", promtool());
        }
    }

    /** What promtool has to say about the metrics. */
    private static String promtool() {
        Lab.Outcome outcome = LAB.exec(
                Host.GATEWAY, "sh", "-c", "curl -sS http://" + Web.ADDRESS + "/metrics | promtool check metrics");
        return outcome.output() + outcome.errors();
    }

    @Test
    void readinessFollowsTheServer() throws IOException {
        MarkedClients clients = MarkedClients.with(3);
        clients.settleIn(LAB);
        try (Forwarder forwarder = start(5)) {
            assertEquals("200 healthy", WEB.get("/health"));
            assertEquals("200 ready", WEB.get("/ready"), forwarder::log);
            STUB.plays(StubServer.SILENCE);
            try (SteadyLoad load = SteadyLoad.start(
                    LAB, clients.addresses(Family.IPV4), Family.IPV4.gateway(), 20, i -> "d" + i + ".example")) {
                Waiting.until(Waiting.PATIENCE, "it is not ready", () -> WEB.get("/ready")
                        .equals("503 not ready: no server of the group default answers"));
                load.untilAsked(1);
                STUB.reset();
                Waiting.until(Waiting.PATIENCE, "it is ready again", () -> WEB.get("/ready")
                        .equals("200 ready"));
            }
            assertEquals("200 healthy", WEB.get("/health"));
        }
    }

    @Test
    void whoHasTheAddressIsToldAndDnsIsServedAllTheSame() throws Exception {
        Process busybox = LAB.command(Host.GATEWAY, "busybox", "httpd", "-f", "-p", Web.ADDRESS)
                .start();
        try {
            Waiting.until(Waiting.PATIENCE, "busybox listens", () -> LAB.exec(Host.GATEWAY, "ss", "-Hlnt")
                    .orFail()
                    .contains(Web.ADDRESS));
            try (Forwarder forwarder = start(5)) {
                Waiting.until(Waiting.PATIENCE, "the log says who", () -> forwarder
                        .log()
                        .contains("WARN can't show metrics on " + Web.ADDRESS + ": busybox (process " + busybox.pid()
                                + ") has " + Web.ADDRESS));
            }
        } finally {
            busybox.destroy();
            busybox.onExit().join();
        }
    }

    @Test
    void clientsThatNeverReadOrNeverFinishDoNoHarm() throws IOException {
        MarkedClients clients = MarkedClients.with(300);
        clients.settleIn(LAB);
        List<Socket> silent = new ArrayList<>();
        try (Forwarder forwarder = start(300)) {
            ask(clients, 4_000);
            WEB.scrapeMillis(20);
            int before = forwarder.residentMebibytes();
            for (int i = 0; i < 300; i++) {
                boolean never = i % 2 == 0;
                silent.add(LAB.in(Host.GATEWAY, () -> openConnection(never)));
            }
            ask(clients, 4_000);

            assertEquals("200 healthy", WEB.get("/health"), forwarder::log);
            assertTrue(WEB.sum("waymark_queries_total", "") >= 8_000);
            int grown = forwarder.residentMebibytes() - before;
            System.out.printf("300 clients that never read or never finish: %d MiB%n", grown);
            assertTrue(grown <= 10, () -> grown + " MiB");
        } finally {
            for (Socket each : silent) {
                each.close();
            }
        }
    }

    private static Socket openConnection(boolean never) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(1024);
        String[] address = Web.ADDRESS.split(":");
        socket.connect(new InetSocketAddress(address[0], Integer.parseInt(address[1])));
        String request = never ? "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n" : "GET /metrics HTTP/1.1\r\nHo";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /**
     * The fastest of several scrapes takes at most 50 ms. Queries meanwhile take hardly longer
     * than those before.
     */
    @Test
    void scrapingThousandsOfMarksIsQuickAndStallsNoQuery() throws IOException {
        MarkedClients clients = MarkedClients.with(MARKS);
        clients.settleIn(LAB);
        try (Forwarder forwarder = start(MARKS)) {
            ask(clients, clients.size());
            assertTrue(WEB.sum("waymark_marks", "") >= MARKS, forwarder::log);
            WEB.scrapeMillis(60);
            try (SteadyLoad load = SteadyLoad.start(
                    LAB,
                    clients.addresses(Family.IPV4).subList(0, 32),
                    Family.IPV4.gateway(),
                    500,
                    i -> "s" + i + ".example")) {
                load.untilSecond(4);
                double from = load.seconds();
                List<Double> scrapes = WEB.scrapeMillis(40);
                double to = load.seconds();
                List<SteadyLoad.Asked> all = load.finish();
                report(scrapes, all, from, to);
                assertTrue(scrapes.get(0) <= 50, () -> scrapes + " ms");
                double before = SteadyLoad.percentile(SteadyLoad.between(all, 1, from), 0.9);
                double meanwhile = SteadyLoad.percentile(SteadyLoad.between(all, from, to), 0.9);
                assertTrue(meanwhile <= 5 * before + 20, () -> before + " ms before, " + meanwhile + " ms meanwhile");
                assertEquals(all.size(), SteadyLoad.count(all, SteadyLoad.Asked::isAnswered));
            }
        }
    }

    private static void report(List<Double> scrapes, List<SteadyLoad.Asked> all, double from, double to) {
        System.out.printf(
                "Scrape of %d marks: fastest %.0f ms, median %.0f ms, slowest %.0f ms; queries (90 of 100): before %.1f ms, meanwhile"
                        + " %.1f ms%n",
                MARKS,
                scrapes.get(0),
                scrapes.get(scrapes.size() / 2),
                scrapes.get(scrapes.size() - 1),
                SteadyLoad.percentile(SteadyLoad.between(all, 1, from), 0.9),
                SteadyLoad.percentile(SteadyLoad.between(all, from, to), 0.9));
    }
}
