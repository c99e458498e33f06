package org.waymark.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.waymark.dns.DomainName;
import org.waymark.dns.QueryReader;
import org.waymark.dns.WireMessage;
import org.waymark.loop.Loop;
import org.waymark.mark.ConnectionMark;
import org.waymark.mark.MarkMask;
import org.waymark.metrics.Count;
import org.waymark.metrics.Counters;
import org.waymark.metrics.Snapshot;
import org.waymark.names.Action;
import org.waymark.policy.Decision;
import org.waymark.policy.Policy;
import org.waymark.policy.Routes;
import org.waymark.policy.Rule;
import org.waymark.sets.Addition;
import org.waymark.sets.FilledSets;
import org.waymark.sets.SetName;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

class HeldAnswersTest {
    private static final FilledSets OPEN = new FilledSets(List.of(SetName.parse("inet#garden#open")), false);
    private static final FilledSets LAN = new FilledSets(List.of(SetName.parse("inet#garden#lan")), true);
    private static final String WITHHELD = "withheld";

    private final Counters counters = new Counters();
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final List<Addition> additions = new ArrayList<>();
    private final List<Consumer<Boolean>> waiting = new ArrayList<>();
    private final List<String> ended = new ArrayList<>();
    private boolean isThereAlready;

    private final HeldAnswers held = new HeldAnswers(
            new Tasks(),
            (addition, done) -> {
                additions.add(addition);
                if (!isThereAlready) {
                    waiting.add(done);
                }
                return isThereAlready;
            },
            counters);

    private final class Tasks implements Loop {
        @Override
        public long nanoTime() {
            return 0;
        }

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }

        @Override
        public void schedule(Runnable task, long delayNanos) {
            throw new IllegalStateException("the sink knows how late it is");
        }

        @Override
        public Repetition repeat(Runnable task, long periodNanos) {
            throw new IllegalStateException("nothing is done again and again");
        }
    }

    private static Decision decision(FilledSets... fills) {
        MarkMask asItIs = new MarkMask(0, 0);
        Rule rule = new Rule(
                1, null, null, asItIs, Rule.BY_DOMAIN, Action.FORWARD, List.of(), false, List.of(fills), false, 0);
        Policy policy = new Policy(0xff, false, 0, List.of(rule), new Routes(1, Map.of()));
        return policy.decide(ConnectionMark.known(0x1089), WireMessage.queryFor(DomainName.parse("www.example")));
    }

    private static WireMessage message(int type, String... addresses) throws IOException {
        Name name = Name.fromString("www.example.");
        Message message = Message.newQuery(Record.newRecord(name, type, DClass.IN));
        for (String address : addresses) {
            message.addRecord(new ARecord(name, DClass.IN, 60, InetAddress.getByName(address)), Section.ANSWER);
        }
        WireMessage wire = WireMessage.of(message.toWire());
        new QueryReader().read(wire);
        return wire;
    }

    private void hold(Decision decision, int type, String... addresses) throws IOException {
        WireMessage answer = message(type, addresses);
        held.hold(
                decision,
                message(type),
                answer,
                (itsMessage, itsAnswer) -> ended.add(itsAnswer == null ? WITHHELD : addresses.length + " addresses"));
        // The memory serves another message.
        answer.setId(1);
    }

    private void acknowledge(int index, boolean isThere) {
        waiting.get(index).accept(isThere);
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
    }

    @Test
    void anAnswerWaitsUntilItsAddressesAreThere() throws IOException {
        hold(decision(OPEN), Type.A, "198.51.100.1", "198.51.100.2");
        assertEquals(List.of(), ended);
        assertFalse(held.isEmpty());

        acknowledge(0, true);

        assertEquals(List.of("2 addresses"), ended);
        assertTrue(held.isEmpty());
        Addition addition = additions.get(0);
        assertEquals(OPEN.names(), addition.sets());
        assertEquals(0x89, addition.mark());
        assertEquals(60, addition.ttlSeconds());
    }

    @Test
    void whatIsThereAlreadyDoesNotWait() throws IOException {
        isThereAlready = true;
        hold(decision(OPEN, LAN), Type.A, "198.51.100.1");

        assertEquals(List.of("1 addresses"), ended);
        assertTrue(held.isEmpty());
    }

    @Test
    void allSetsMustHaveTheAddresses() throws IOException {
        hold(decision(OPEN, LAN), Type.A, "198.51.100.1");
        acknowledge(1, true);
        assertEquals(List.of(), ended);
        acknowledge(0, true);
        assertEquals(List.of("1 addresses"), ended);
    }

    @Test
    void oneThatRefusesIsEnoughAndWhatTheOtherSaysLaterIsNothing() throws IOException {
        hold(decision(OPEN, LAN), Type.A, "198.51.100.1");
        acknowledge(0, false);
        acknowledge(1, true);
        assertEquals(List.of(WITHHELD), ended);
    }

    @Test
    void privateAddressesGoOnlyWhereTheyMay() throws IOException {
        hold(decision(OPEN, LAN), Type.A, "192.168.1.1", "198.51.100.1");

        assertEquals(
                List.of("198.51.100.1"),
                additions.get(0).addresses().stream()
                        .map(InetAddress::getHostAddress)
                        .toList());
        assertEquals(2, additions.get(1).addresses().size());
        assertEquals(1, Snapshot.of(List.of(counters)).get(Count.SETS_PRIVATE));
    }

    @Test
    void anAnswerWithoutAddressesLeavesAtOnce() throws IOException {
        hold(decision(OPEN), Type.A);
        hold(decision(OPEN), Type.A, "192.168.1.1");
        hold(decision(OPEN), Type.AXFR, "198.51.100.1");

        assertEquals(List.of("0 addresses", "1 addresses", "1 addresses"), ended);
        assertEquals(List.of(), additions);
    }

    @Test
    void nothingWaitsWhenTheWorkerEnds() throws IOException {
        hold(decision(OPEN), Type.A, "198.51.100.1");
        held.stop();
        assertEquals(List.of(WITHHELD), ended);
        assertTrue(held.isEmpty());

        acknowledge(0, true);
        hold(decision(OPEN), Type.A, "198.51.100.1");
        assertEquals(List.of(WITHHELD, WITHHELD), ended);
    }
}
