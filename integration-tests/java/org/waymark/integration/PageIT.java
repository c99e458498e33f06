package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.waymark.lab.Browser;
import org.waymark.lab.Crowd;
import org.waymark.lab.Family;
import org.waymark.lab.Forwarder;
import org.waymark.lab.Forwarders;
import org.waymark.lab.Lab;
import org.waymark.lab.MarkedClients;
import org.waymark.lab.Setup;
import org.waymark.lab.SteadyLoad;
import org.waymark.lab.StubServer;
import org.waymark.lab.Waiting;
import org.waymark.lab.Web;

/** The page as Debian's Chromium shows it. */
class PageIT {
    private static final String PAGE = "http://" + Web.ADDRESS + "/";

    @AutoClose
    private static final Lab LAB = Lab.up();

    @AutoClose
    private static final StubServer STUB = StubServer.on(LAB, Family.IPV4.upstream(53));

    private static final MarkedClients CLIENTS = MarkedClients.with(3);
    private final Browser browser = new Browser(LAB);
    private final Web web = new Web(LAB);

    @BeforeEach
    void settle() {
        STUB.reset();
        CLIENTS.settleIn(LAB);
    }

    private Forwarder start(boolean names) {
        Forwarder forwarder = Forwarders.WAYMARK.start(
                LAB,
                Setup.wildcard()
                        .servers(Family.IPV4.upstream(53))
                        .with("metrics", "listen = \"" + Web.ADDRESS + "\"")
                        .with("metrics", "names = " + names)
                        .append("[[policy]]\nmark = 3\naction = \"refuse\"\n"));
        web.awaitOpen();
        return forwarder;
    }

    @ParameterizedTest
    @ValueSource(ints = {390, 1280})
    void theMarksAndServersAreShownAndNothingComesFromElsewhere(int width) throws IOException {
        try (Forwarder forwarder = start(false);
                Crowd crowd = Crowd.of(LAB, CLIENTS.addresses(Family.IPV4), Family.IPV4.gateway())) {
            crowd.ask(40, 10, number -> "q" + number + ".example");

            Browser.Page page = browser.load(PAGE, width);

            assertTrue(page.html().contains("data-shown=\"yes\""), page::html);
            assertTrue(page.html().contains(">answers queries</p>"), forwarder::log);
            assertTrue(page.html().contains("<button>0x1<small>1</small></button>"), page::html);
            assertTrue(page.html().contains("<button>0x0<small>0</small></button>"), page::html);
            assertTrue(page.html().contains("<td class=\"number wrong\">10</td>"), "refused of mark 3");
            assertTrue(page.html().contains("<td>10.99.0.53:53</td>"), page::html);
            assertEquals(Set.of(PAGE, PAGE + "page.css", PAGE + "page.js", PAGE + "figures.json"), page.requests());
        }
    }

    @Test
    void theDetailsOfAMarkHaveItsNamesOnlyIfTheyMayBeShown() throws IOException {
        for (boolean names : List.of(true, false)) {
            try (Forwarder forwarder = start(names);
                    SteadyLoad load = SteadyLoad.start(
                            LAB,
                            CLIENTS.addresses(Family.IPV4),
                            Family.IPV4.gateway(),
                            40,
                            i -> "<b>garden</b>.example")) {
                Waiting.until(Waiting.PATIENCE, "queries of mark 1 are watched", () -> web.get("/figures.json?mark=0x1")
                        .contains("10.99.0.53"));

                String html = browser.load(PAGE + "#0x1", 800).html();

                assertTrue(html.contains("<dialog id=\"detail\" aria-labelledby=\"detail-title\" open=\"\">"), html);
                assertTrue(html.contains("<td>10.99.0.53:53</td>"), forwarder::log);
                assertTrue(html.matches("(?s).*>Since you look: [1-9].* In all: [1-9].*"), html);
                assertEquals(names, html.contains("&lt;b&gt;garden&lt;/b&gt;.example. TXT"), html);
                assertFalse(html.contains("<b>garden</b>"), html);
                load.untilAsked(1);
            }
        }
    }

    @Test
    void refusalsOfAMarkSayWhy() throws IOException {
        try (Forwarder forwarder = start(false);
                SteadyLoad load = SteadyLoad.start(
                        LAB, CLIENTS.addresses(Family.IPV4), Family.IPV4.gateway(), 40, i -> "r" + i + ".example")) {
            load.untilAsked(1);
            Waiting.until(Waiting.PATIENCE, "refusals of mark 3 say why", () -> web.get("/figures.json?mark=0x3")
                    .contains("[[policy]]"));
            assertTrue(browser.load(PAGE + "#0x3", 800).html().contains("[[policy]]"), forwarder::log);
        }
    }
}
