package org.waymark.ports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.waymark.linux.Endpoint;

class PortLedgerTest {
    private static final long HOLD = 120_000;
    private static final int MARK = 137;
    private static final int OTHER_MARK = 0;
    private static final int NOBODY = -1;

    private final RandomNumbers random = new RandomNumbers(new SecureRandom());
    private long now;

    @Test
    void neverLeasesAPortTwice() {
        PortLedger ledger = ledgerOf(1024, 3000);
        BitSet leased = new BitSet();
        for (int i = 1024; i <= 3000; i++) {
            int port = ledger.lease(i % 3, random);
            assertFalse(leased.get(port), "port " + port);
            leased.set(port);
        }
        assertEquals(PortLedger.NONE, ledger.lease(MARK, random));
    }

    @Test
    void givesAReleasedPortToItsOwnMarkAtOnce() {
        PortLedger ledger = ledgerOf(5000, 5000);
        assertEquals(5000, ledger.lease(MARK, random));
        ledger.release(5000);
        assertEquals(5000, ledger.lease(MARK, random));
    }

    @Test
    void keepsAReleasedPortFromOtherMarksForTheHoldTime() {
        PortLedger ledger = ledgerOf(5000, 5000);
        ledger.lease(MARK, random);
        now += 1;
        ledger.release(5000);
        now += HOLD;
        assertEquals(PortLedger.NONE, ledger.lease(OTHER_MARK, random));
        now += 1;
        assertEquals(5000, ledger.lease(OTHER_MARK, random));
    }

    @Test
    void givesAPortThatConntrackHasForgottenToEveryMarkAtOnce() {
        PortLedger ledger = ledgerOf(5000, 5000);
        ledger.lease(MARK, random);
        ledger.free(5000);
        assertEquals(5000, ledger.lease(OTHER_MARK, random));
        ledger.release(5000);
        assertEquals(PortLedger.NONE, ledger.lease(MARK, random));
    }

    /** The timeout of a connection is that of its last packet, so what is held already may have got the longer one. */
    @Test
    void holdsPortsLongerWhenConntracksTimeoutsGrow() {
        PortLedger ledger = ledgerOf(5000, 5000);
        ledger.lease(MARK, random);
        ledger.release(5000);
        now += HOLD;
        ledger.holdAtLeast(2 * HOLD);
        ledger.holdAtLeast(1);
        now += HOLD;
        assertEquals(PortLedger.NONE, ledger.lease(OTHER_MARK, random));
        now += 1;
        assertEquals(5000, ledger.lease(OTHER_MARK, random));
    }

    @Test
    void knowsTheServerOfASocketForAsLongAsItIsOpen() {
        PortLedger ledger = ledgerOf(5000, 5000);
        Endpoint source = endpoint("192.0.2.1", 5000);
        Endpoint server = endpoint("192.0.2.53", 53);
        ledger.lease(MARK, random);
        assertNull(ledger.serverOf(source));
        ledger.connected(new PortLedger.Line(source, server));
        assertSame(server, ledger.serverOf(endpoint("192.0.2.1", 5000)));
        assertNull(ledger.serverOf(endpoint("192.0.2.1", 5001)));
        assertNull(ledger.serverOf(endpoint("192.0.2.2", 5000)));
        ledger.release(5000);
        assertNull(ledger.serverOf(source));
    }

    private static Endpoint endpoint(String address, int port) {
        return Endpoint.of(new InetSocketAddress(address, port));
    }

    /** A connection that lingers on a port would keep others from listening on it. */
    @Test
    void leasesNoPortThatIsReservedMeanwhile() {
        PortLedger ledger = ledgerOf(5000, 5001);
        ledger.lease(MARK, random);
        ledger.release(ledger.lease(MARK, random));
        BitSet both = new BitSet();
        both.set(5000, 5002);
        ledger.reserve(both);
        ledger.release(5000);
        ledger.free(5001);
        assertEquals(PortLedger.NONE, ledger.lease(MARK, random));
        now += 2 * HOLD;
        assertEquals(PortLedger.NONE, ledger.lease(MARK, random));
    }

    @Test
    void treatsZeroAsAMarkLikeAnyOther() {
        PortLedger ledger = ledgerOf(5000, 5000);
        ledger.lease(0, random);
        ledger.release(5000);
        assertEquals(PortLedger.NONE, ledger.lease(MARK, random));
    }

    @Test
    void countsTheHoldTimeFromTheLatestRelease() {
        PortLedger ledger = ledgerOf(5000, 5000);
        ledger.lease(MARK, random);
        ledger.release(5000);
        now += HOLD - 1;
        ledger.lease(MARK, random);
        ledger.release(5000);
        now += 2;
        assertEquals(PortLedger.NONE, ledger.lease(OTHER_MARK, random));
    }

    @Test
    void bringsTheOldestPortBackFirstWhenPortsAreShort() {
        PortLedger ledger = ledgerOf(5000, 5002);
        for (int i = 0; i < 3; i++) {
            ledger.lease(MARK, random);
        }
        for (int port : new int[] {5001, 5002, 5000}) {
            now++;
            ledger.release(port);
        }
        RandomNumbers unlucky = new RandomNumbers(new Unlucky());
        assertEquals(5001, ledger.lease(MARK, unlucky));
        assertEquals(5002, ledger.lease(MARK, unlucky));
        assertEquals(5000, ledger.lease(MARK, unlucky));
    }

    @Test
    void takesAPortOfItsOwnOnlyWhenNoneIsFreeForAll() {
        PortLedger ledger = ledgerOf(5000, 5001);
        int own = ledger.lease(MARK, random);
        ledger.release(own);
        RandomNumbers unlucky = new RandomNumbers(new Unlucky());
        assertEquals(10_001 - own, ledger.lease(MARK, unlucky));
        assertEquals(own, ledger.lease(MARK, unlucky));
        assertEquals(PortLedger.NONE, ledger.lease(MARK, unlucky));
    }

    /** Whatever happened before: a port that a mark may have by the rules is found, and no other is. */
    @Test
    void keepsToItsRulesInAnyOrderOfEvents() {
        long seed = System.nanoTime();
        Random events = new Random(seed);
        int ports = 40;
        PortLedger ledger = ledgerOf(5000, 5000 + ports - 1);
        Map<Integer, Integer> open = new TreeMap<>();
        Map<Integer, Integer> lastMark = new HashMap<>();
        Map<Integer, Long> heldUntil = new HashMap<>();
        for (int event = 0; event < 100_000; event++) {
            now += events.nextLong(HOLD / ports);
            if (events.nextInt(ports) < open.size()) {
                int port = List.copyOf(open.keySet()).get(events.nextInt(open.size()));
                lastMark.put(port, open.remove(port));
                heldUntil.put(port, now + HOLD);
                if (events.nextInt(8) == 0) {
                    ledger.setAside(port);
                    lastMark.put(port, NOBODY);
                } else {
                    ledger.release(port);
                }
            } else {
                int mark = events.nextInt(12);
                Set<Integer> free = IntStream.range(5000, 5000 + ports)
                        .filter(port -> !open.containsKey(port))
                        .filter(port -> heldUntil.getOrDefault(port, -1L) < now || lastMark.get(port) == mark)
                        .boxed()
                        .collect(Collectors.toSet());
                int port = ledger.lease(mark, random);
                String situation = "seed " + seed + ", event " + event + ": port " + port + " of " + free;
                assertTrue(free.isEmpty() ? port == PortLedger.NONE : free.contains(port), situation);
                if (port != PortLedger.NONE) {
                    open.put(port, mark);
                }
            }
        }
    }

    @Test
    void keepsAForeignPortFromEveryMarkForTheHoldTime() {
        PortLedger ledger = ledgerOf(5000, 5000);
        ledger.lease(MARK, random);
        ledger.setAside(5000);
        assertEquals(PortLedger.NONE, ledger.lease(MARK, random));
        assertEquals(PortLedger.NONE, ledger.lease(OTHER_MARK, random));
        now += HOLD + 1;
        ledger.lease(MARK, random);
        ledger.release(5000);
        assertEquals(5000, ledger.lease(MARK, random));
    }

    @Test
    void leavesReservedAndPrivilegedPortsAlone() {
        PortLedger ledger = ledgerOf(1024, 1040);
        for (int i = 0; i <= 16; i++) {
            int port = ledger.lease(MARK, random);
            assertTrue(port >= 1024 && port <= 1040, "port " + port);
        }
    }

    @Test
    void drawsFromTheWholeUnprivilegedRange() {
        PortLedger ledger = ledgerOf(1024, 65535);
        int[] drawn = new int[64];
        for (int i = 0; i < 20_000; i++) {
            drawn[ledger.lease(MARK, random) >> 10]++;
        }
        assertEquals(0, drawn[0]);
        for (int i = 1; i < 64; i++) {
            // 317 are expected in each; five standard deviations to either side.
            assertTrue(drawn[i] > 230 && drawn[i] < 405, "ports from " + (i << 10) + ": " + drawn[i]);
        }
    }

    @Test
    void doesNotDrawTheSameSequenceTwice() {
        assertNotEquals(sequence(), sequence());
    }

    private String sequence() {
        PortLedger ledger = ledgerOf(1024, 65535);
        RandomNumbers own = new RandomNumbers(new SecureRandom());
        StringBuilder ports = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            ports.append(ledger.lease(MARK, own)).append(' ');
        }
        return ports.toString();
    }

    private PortLedger ledgerOf(int first, int last) {
        BitSet reserved = new BitSet();
        reserved.set(0, first);
        reserved.set(last + 1, 1 << 16);
        return new PortLedger(() -> now, HOLD, reserved);
    }

    /** Draws the first port every time, which is reserved. */
    private static final class Unlucky extends SecureRandom {
        private static final long serialVersionUID = 1;

        @Override
        public void nextBytes(byte[] bytes) {
            Arrays.fill(bytes, (byte) 0);
        }
    }
}
