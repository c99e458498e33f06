package org.waymark.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.waymark.cache.Key;
import org.waymark.dns.QueryReader;
import org.waymark.dns.SipHash;
import org.waymark.dns.WireMessage;
import org.waymark.limit.RateLimit;
import org.waymark.limit.SharedLimit;
import org.waymark.policy.Strategy;

class FlightTableTest {
    /** Their answers are not kept. */
    private static final Key NO_KEY = new Key();

    private static final int MARK = 137;
    private static final int QUESTION_END = 19;
    private static final ServerGroup GROUP = group(2);

    private static ServerGroup group(int timeoutSeconds) {
        ServerGroup.Tries tries =
                new ServerGroup.Tries(Strategy.ORDERED, Duration.ofSeconds(timeoutSeconds), Duration.ofSeconds(9), 3);
        return new ServerGroup(List.of(), tries, new SplittableRandom(1));
    }

    private static final int WORKERS = 2;

    private final QueryLimits limits = new QueryLimits(
            SharedLimit.ofAll(4, WORKERS),
            SharedLimit.ofEach(4, WORKERS),
            SharedLimit.ofEach(3, WORKERS),
            SharedLimit.ofAll(1, WORKERS),
            SharedLimit.ofEach(1, WORKERS),
            new RateLimit(),
            new SipHash(1, 2));
    private final FlightTable table = new FlightTable(limits);

    @Test
    void findsTheFlightOfAQueryThatDiffersInItsIdAlone() {
        Flight flight = add(query(1, "a"), MARK);
        assertSame(flight, find(query(2, "a"), MARK, GROUP, false));
    }

    @Test
    void neverFindsOneOfAnotherMark() {
        add(query(1, "a"), MARK);
        assertNull(find(query(1, "a"), 0, GROUP, false));
        assertNull(find(query(1, "a"), MARK + 1, GROUP, false));
    }

    @Test
    void tellsApartWhatDiffersInAnyByteGroupOrTransport() {
        add(query(1, "a"), MARK);
        for (int i = 2; i < QUESTION_END; i++) {
            WireMessage changed = query(1, "a");
            changed.buffer().put(i, (byte) (changed.buffer().get(i) ^ 1));
            assertNull(find(changed, MARK, GROUP, false), "byte " + i);
        }
        assertNull(find(query(1, "a"), MARK, group(1), false));
        assertNull(find(query(1, "a"), MARK, GROUP, true));
    }

    @Test
    void forgetsAFlightWhereverItStandsInItsChain() {
        limits.queriesForQuestion().max(1_000);
        // 60 flights in 8 buckets: chains are long.
        List<Flight> flights = new ArrayList<>();
        for (int mark = 0; mark < 60; mark++) {
            flights.add(add(query(mark, "a"), mark));
        }
        assertEquals(60, table.size());
        for (int removed = 0; removed < 60; removed += 7) {
            table.remove(flights.get(removed));
        }
        assertEquals(60 - 9, table.size());
        for (int mark = 0; mark < 60; mark++) {
            assertSame(mark % 7 == 0 ? null : flights.get(mark), find(query(9, "a"), mark, GROUP, false));
        }
    }

    /** What an attacker may try who does not know the key: any of these differences once cancelled itself, whatever the seed. */
    @ParameterizedTest(name = "{0} and {1}")
    @CsvSource({
        "8000000000000000, 8000000080000000",
        "8000000000000000, 8000000000000000",
        "0000000080000000, 8000000080000000",
        "0000000000000001, 0000000000000001",
        "fffffffffffffffe, 0000000000000001",
        "ffffffffffffffff, 0000000000000001",
        "ffffffffffffffff, ffffffffffffffff",
    })
    void differencesOfTwoWordsDoNotCancel(String first, String second) {
        long seed = new SecureRandom().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 10_000; i++) {
            ByteBuffer message = ByteBuffer.allocate(Short.BYTES + 5 * Long.BYTES);
            random.nextBytes(message.array());
            long hash = table.hash(WireMessage.of(message.array()), MARK, NO_KEY);
            flip(message, Short.BYTES + Long.BYTES, first);
            flip(message, Short.BYTES + 2 * Long.BYTES, second);
            assertNotEquals(
                    hash, table.hash(WireMessage.of(message.array()), MARK, NO_KEY), "seed " + seed + ", pair " + i);
        }
    }

    private static void flip(ByteBuffer message, int position, String bits) {
        message.putLong(position, message.getLong(position) ^ Long.parseUnsignedLong(bits, 16));
    }

    @Test
    void countsTheFlightsOfAQuestionHoweverItIsWritten() {
        Flight first = add(query(1, "a"), 1);
        add(query(1, "A"), 1);
        add(query(1, "a"), 2);
        Flight oneMore = addWithoutPlace(table, query(7, "a"), 3);
        assertFalse(table.takePlace(oneMore));
        FlightTable ofAnotherWorker = new FlightTable(limits);
        assertFalse(ofAnotherWorker.takePlace(addWithoutPlace(ofAnotherWorker, query(7, "a"), 3)));
        assertTrue(table.takePlace(addWithoutPlace(table, query(7, "b"), 3)));
        table.remove(oneMore);
        assertFalse(ofAnotherWorker.takePlace(addWithoutPlace(ofAnotherWorker, query(7, "a"), 4)));
        table.remove(first);
        assertTrue(ofAnotherWorker.takePlace(addWithoutPlace(ofAnotherWorker, query(7, "a"), 5)));
    }

    private Flight add(WireMessage query, int mark) {
        Flight flight = addWithoutPlace(table, query, mark);
        assertTrue(table.takePlace(flight));
        return flight;
    }

    private static Flight addWithoutPlace(FlightTable table, WireMessage query, int mark) {
        Flight flight = new Flight(null);
        flight.begin(query, mark, GROUP, false);
        table.add(flight, table.hash(query, mark, NO_KEY), table.questionHash(query));
        return flight;
    }

    private Flight find(WireMessage query, int mark, ServerGroup group, boolean overTcp) {
        return table.find(table.hash(query, mark, NO_KEY), query, mark, group, overTcp);
    }

    /** A query for the type A of a name of one letter. */
    private static WireMessage query(int id, String letter) {
        byte[] message = {0, (byte) id, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, (byte) letter.charAt(0), 0, 0, 1, 0, 1};
        WireMessage query = WireMessage.of(message);
        new QueryReader().read(query);
        return query;
    }
}
