package org.waymark.forward;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.waymark.dns.AnswerAddresses;
import org.waymark.dns.WireMessage;
import org.waymark.loop.Loop;
import org.waymark.metrics.Count;
import org.waymark.metrics.Counters;
import org.waymark.policy.Decision;
import org.waymark.sets.Addition;
import org.waymark.sets.AddressSink;
import org.waymark.sets.FilledSets;
import org.waymark.sets.PrivateAddresses;

/**
 * The answers of one worker that wait until the firewall lets their clients connect: the addresses in them go into sets of nft first. An
 * answer whose addresses are there leaves at once.
 */
final class HeldAnswers {
    /** So many wait at a time; there is no place for more while the kernel does not answer. */
    private static final int MOST_HELD = 4_096;

    private final Loop loop;
    private final AddressSink sink;
    private final Counters counters;
    private final Set<Held> held = new HashSet<>();
    private boolean stopping;

    /** Gives a client its answer, or refuses it. */
    interface Ending {
        /**
         * @param message the query
         * @param answer its answer; null if the client must not get it
         */
        void end(WireMessage message, WireMessage answer);
    }

    /** An answer that waits. */
    private static final class Held {
        private final WireMessage message;
        private final WireMessage answer;
        private final Ending ending;

        /** How many more acknowledgements it waits for. */
        private int missing;

        Held(WireMessage message, WireMessage answer, int missing, Ending ending) {
            this.message = WireMessage.of(message.bytes());
            this.answer = WireMessage.of(answer.bytes());
            this.missing = missing;
            this.ending = ending;
        }
    }

    HeldAnswers(Loop loop, AddressSink sink, Counters counters) {
        this.loop = loop;
        this.sink = sink;
        this.counters = counters;
    }

    /**
     * Ends a query with an answer as soon as its addresses are where the decision says.
     *
     * @param message the query, which is copied if it must wait, as is the answer
     * @param ending is called once, during the call or later
     */
    void hold(Decision decision, WireMessage message, WireMessage answer, Ending ending) {
        if (message.isZoneTransfer()) {
            ending.end(message, answer);
            return;
        }
        Optional<AnswerAddresses> read = AnswerAddresses.of(answer);
        if (read.isEmpty() || stopping || held.size() >= MOST_HELD) {
            ending.end(message, null);
            return;
        }
        List<Addition> additions = additions(decision, read.get());
        Waiting waiting = new Waiting();
        additions.removeIf(addition -> sink.add(addition, waiting::told));
        if (additions.isEmpty()) {
            ending.end(message, answer);
            return;
        }
        waiting.held = new Held(message, answer, additions.size(), ending);
        held.add(waiting.held);
    }

    private List<Addition> additions(Decision decision, AnswerAddresses read) {
        List<Addition> additions = new ArrayList<>();
        for (FilledSets fills : decision.fills()) {
            List<InetAddress> taken = read.addresses().stream()
                    .filter(address -> fills.takePrivate() || !PrivateAddresses.has(address))
                    .toList();
            for (int i = taken.size(); i < read.addresses().size(); i++) {
                counters.add(Count.SETS_PRIVATE);
            }
            if (!taken.isEmpty()) {
                additions.add(new Addition(fills.names(), decision.clientMark(), taken, read.ttlSeconds()));
            }
        }
        return additions;
    }

    /** What is acknowledged, on another thread, for an answer that may not be among those that wait yet. */
    private final class Waiting {
        private Held held;

        void told(boolean isThere) {
            loop.execute(() -> acknowledged(held, isThere));
        }
    }

    private void acknowledged(Held one, boolean isThere) {
        one.missing--;
        if (held.contains(one) && (one.missing == 0 || !isThere)) {
            held.remove(one);
            one.ending.end(one.message, isThere ? one.answer : null);
        }
    }

    boolean isEmpty() {
        return held.isEmpty();
    }

    /** Refuses all answers that wait, and those that still come. */
    void stop() {
        stopping = true;
        List<Held> all = List.copyOf(held);
        held.clear();
        all.forEach(one -> one.ending.end(one.message, null));
    }
}
