package org.waymark.forward;

import java.nio.ByteBuffer;
import java.util.concurrent.ThreadLocalRandom;
import org.waymark.dns.Header;

/**
 * Finds the flight that a query may join. A hash table whose chains run through the flights themselves. The hash is seeded
 * with a number that clients don't know, so that they can't aim at one chain.
 *
 * <p>It also counts the flights of each question, in whatever way it is asked and with whatever mark: the more there are, the
 * better an attacker can guess one of them (the birthday attack, RFC 5452, section 5). Questions are counted by a 16-bit
 * hash; where two share one, both are held to the limit together.
 */
final class FlightTable {
    private static final int QUESTION_HASHES = 1 << 16;
    private static final long MULTIPLIER = 0x9E37_79B9_7F4A_7C15L;

    /** Makes letters small, and other bytes something of their own, which does no harm in a hash. */
    private static final int SMALL = 0x20;

    private final long seed = ThreadLocalRandom.current().nextLong();
    private final Flight[] buckets;
    private final int[] flightsOfQuestion = new int[QUESTION_HASHES];

    /**
     * @param maxFlights how many there will be at most
     */
    FlightTable(int maxFlights) {
        buckets = new Flight[Integer.highestOneBit(Math.max(1, maxFlights)) << 1];
    }

    /** The hash of a message, its id left out. */
    long hash(ByteBuffer message, int offset, int length, int mark) {
        long hash = mix(seed, mark);
        int i = Short.BYTES;
        for (; i + Long.BYTES <= length; i += Long.BYTES) {
            hash = mix(hash, message.getLong(offset + i));
        }
        for (; i < length; i++) {
            hash = mix(hash, message.get(offset + i));
        }
        return hash;
    }

    /** The hash of what is asked, however it is written. */
    int questionHash(ByteBuffer message, int offset, int questionEnd) {
        long hash = seed;
        for (int i = Header.LENGTH; i < questionEnd; i++) {
            hash = mix(hash, message.get(offset + i) | SMALL);
        }
        return (int) (hash >>> Long.SIZE - Short.SIZE);
    }

    private static long mix(long hash, long value) {
        long mixed = (hash ^ value) * MULTIPLIER;
        return mixed ^ mixed >>> Integer.SIZE;
    }

    private int bucket(long hash) {
        return (int) hash & buckets.length - 1;
    }

    /** Returns the flight that the query may join, or null. */
    Flight find(long hash, ByteBuffer message, int offset, int length, int mark, Group group, boolean overTcp) {
        Flight flight = buckets[bucket(hash)];
        while (flight != null
                && !(flight.hash == hash && flight.suits(message, offset, length, mark, group, overTcp))) {
            flight = flight.nextInBucket;
        }
        return flight;
    }

    int flightsOfQuestion(int questionHash) {
        return flightsOfQuestion[questionHash];
    }

    /** How many flights there are. They are counted one by one, so that no query pays for what is seldom asked. */
    int size() {
        int size = 0;
        for (Flight bucket : buckets) {
            for (Flight flight = bucket; flight != null; flight = flight.nextInBucket) {
                size++;
            }
        }
        return size;
    }

    void add(Flight flight, long hash, int questionHash) {
        flight.hash = hash;
        flight.questionHash = questionHash;
        flight.nextInBucket = buckets[bucket(hash)];
        buckets[bucket(hash)] = flight;
        flightsOfQuestion[questionHash]++;
    }

    void remove(Flight flight) {
        int bucket = bucket(flight.hash);
        if (buckets[bucket] == flight) {
            buckets[bucket] = flight.nextInBucket;
        } else {
            Flight before = buckets[bucket];
            while (before.nextInBucket != flight) {
                before = before.nextInBucket;
            }
            before.nextInBucket = flight.nextInBucket;
        }
        flight.nextInBucket = null;
        flightsOfQuestion[flight.questionHash]--;
    }
}
