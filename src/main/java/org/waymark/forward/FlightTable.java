package org.waymark.forward;

import org.waymark.cache.Key;
import org.waymark.dns.Header;
import org.waymark.dns.SipHash;
import org.waymark.dns.WireMessage;
import org.waymark.limit.SharedLimit;

/**
 * Finds the flight that a query may join. A hash table whose chains run through the flights themselves; clients, who choose what is in
 * it, can't aim at one chain.
 *
 * <p>It also counts the flights of each question, in whatever way it is asked and with whatever mark: the more there are, the
 * better an attacker can guess one of them (the birthday attack, RFC 5452, section 5). Questions are counted by a hash, by the same
 * one in all workers.
 */
final class FlightTable {
    private final SipHash hash;
    private final Flight[] buckets;
    private final SharedLimit.Places ofQuestion;

    /**
     * @param limits those of the process
     */
    FlightTable(QueryLimits limits) {
        hash = limits.hash();
        buckets = new Flight[Integer.highestOneBit(Math.max(1, limits.queriesInFlight())) << 1];
        ofQuestion = limits.queriesForQuestion().places();
    }

    /**
     * The hash of a message, its id left out.
     *
     * @param key that of its answer. Messages that are the same have the same key, so its hash will do if it is usable
     */
    long hash(WireMessage message, int mark, Key key) {
        if (key.isUsable()) {
            return key.hash();
        }
        int start = message.offset();
        return hash.of(mark, message.buffer(), start + Short.BYTES, start + message.length(), SipHash.AS_THEY_ARE);
    }

    /** The hash of what is asked, however it is written. */
    int questionHash(WireMessage message) {
        int start = message.offset();
        return SharedLimit.countOf(hash.of(
                0, message.buffer(), start + Header.LENGTH, start + message.questionEnd(), SipHash.LETTERS_SMALL));
    }

    private int bucket(long hash) {
        return (int) hash & buckets.length - 1;
    }

    /** Returns the flight that the query may join, or null. */
    Flight find(long hash, WireMessage message, int mark, ServerGroup group, boolean overTcp) {
        Flight flight = buckets[bucket(hash)];
        while (flight != null && !(flight.hash == hash && flight.suits(message, mark, group, overTcp))) {
            flight = flight.nextInBucket;
        }
        return flight;
    }

    /** Takes a place among those of its question for a flight that was added; false if there are as many as there may be. */
    boolean takePlace(Flight flight) {
        flight.hasPlace = ofQuestion.take(flight.questionHash);
        return flight.hasPlace;
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

    /** Adds a flight, which has no place among those of its question yet. */
    void add(Flight flight, long hash, int questionHash) {
        flight.hash = hash;
        flight.questionHash = questionHash;
        flight.nextInBucket = buckets[bucket(hash)];
        buckets[bucket(hash)] = flight;
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
        if (flight.hasPlace) {
            flight.hasPlace = false;
            ofQuestion.giveBack(flight.questionHash);
        }
    }
}
