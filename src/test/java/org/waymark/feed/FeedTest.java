package org.waymark.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.waymark.dns.AnswerWriter;
import org.waymark.dns.DomainName;
import org.waymark.dns.QueryReader;
import org.waymark.dns.Rcode;
import org.waymark.dns.WireMessage;
import org.waymark.forward.ClientTransport;
import org.waymark.forward.QueryEndings;
import org.waymark.forward.QueryObserver;
import org.waymark.linux.Endpoint;
import org.waymark.mark.MarkMask;
import org.waymark.metrics.Counters;

class FeedTest {
    private static final Endpoint CLIENT = Endpoint.of(new InetSocketAddress("192.0.2.1", 1024));
    private static final Endpoint OTHER = Endpoint.of(new InetSocketAddress("192.0.2.2", 1024));

    private final Feed feed = new Feed();
    private final QueryObserver observer = feed.ofWorker();
    private final QueryEndings worker = new QueryEndings(System::nanoTime, new Counters(), observer);

    /** A query is refused. */
    private void refuse(Endpoint client, String name) {
        WireMessage message = WireMessage.queryFor(DomainName.parse(name));
        new QueryReader().read(message);
        WireMessage answer = AnswerWriter.write(message, Rcode.REFUSED, null);
        worker.notTaken(ClientTransport.UDP, client, message, answer, "refused: listen.allow-from");
    }

    private static List<String> names(Subscription subscription) {
        List<String> names = new ArrayList<>();
        assertEquals(0, subscription.drain(event -> names.add(event.question().name())));
        return names;
    }

    @Test
    void nothingIsDoneWhileNobodyWatches() {
        assertFalse(observer.isOn());
        Subscription subscription = feed.subscribe(Filter.ALL);
        assertTrue(observer.isOn());
        subscription.close();
        assertFalse(observer.isOn());
    }

    @Test
    void anEventHasWhatIsKnownOfTheQuery() {
        try (Subscription subscription = feed.subscribe(Filter.ALL)) {
            refuse(CLIENT, "www.example");
            List<QueryEvent> events = new ArrayList<>();
            subscription.drain(events::add);
            Map<String, Object> fields = events.get(0).fields();
            fields.remove("type");
            fields.remove("ms");
            assertEquals(
                    Map.of(
                            "client", "192.0.2.1:1024",
                            "transport", "udp",
                            "name", "www.example.",
                            "rcode", "REFUSED",
                            "ended", "refused",
                            "why", "refused: listen.allow-from"),
                    fields);
        }
    }

    @Test
    void eachWatcherGetsWhatItsFilterLetsThrough() {
        DomainName example = DomainName.parse("example");
        try (Subscription all = feed.subscribe(Filter.ALL);
                Subscription ofClient = feed.subscribe(Filter.ALL.ofClient(OTHER));
                Subscription forName = feed.subscribe(Filter.ALL.forName(example));
                Subscription forBoth =
                        feed.subscribe(Filter.ALL.forName(example).ofClient(OTHER));
                Subscription withMark = feed.subscribe(Filter.ALL.withMark(new MarkMask(0, 0)))) {
            refuse(CLIENT, "a.example");
            refuse(OTHER, "b.test");
            refuse(OTHER, "example");

            assertEquals(List.of("a.example.", "b.test.", "example."), names(all));
            assertEquals(List.of("b.test.", "example."), names(ofClient));
            assertEquals(List.of("a.example.", "example."), names(forName));
            assertEquals(List.of("example."), names(forBoth));
            assertEquals(List.of(), names(withMark), "queries whose mark was not asked for");
        }
    }

    @Test
    void whatFindsNoPlaceIsCountedAndTheNextFindsOneAgain() {
        try (Subscription subscription = feed.subscribe(Filter.ALL)) {
            int more = 7;
            for (int round = 0; round < 3; round++) {
                for (int i = 0; i < EventRing.SLOTS + more; i++) {
                    refuse(CLIENT, "q" + i + ".example");
                }
                List<String> names = new ArrayList<>();
                long leftOut =
                        subscription.drain(event -> names.add(event.question().name()));
                assertEquals(more, leftOut);
                assertEquals(EventRing.SLOTS, names.size());
                assertEquals("q0.example.", names.get(0));
            }
        }
    }

    @Test
    void everyEventOfAnotherThreadComesOnceInOrderOrIsCounted() throws InterruptedException {
        int queries = 50_000;
        try (Subscription subscription = feed.subscribe(Filter.ALL)) {
            Thread thread = new Thread(() -> {
                for (int i = 0; i < queries; i++) {
                    refuse(CLIENT, "q" + i + ".example");
                }
            });
            thread.start();
            List<Integer> numbers = new ArrayList<>();
            long leftOut = 0;
            while (thread.isAlive()) {
                leftOut += subscription.drain(event -> numbers.add(numberOf(event)));
            }
            leftOut += subscription.drain(event -> numbers.add(numberOf(event)));

            assertEquals(queries, numbers.size() + leftOut);
            assertEquals(numbers.stream().sorted().distinct().toList(), numbers);
        }
    }

    private static int numberOf(QueryEvent event) {
        return Integer.parseInt(event.question().name().replaceAll("\\D", ""));
    }
}
