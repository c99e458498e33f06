package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.waymark.lab.Waiting;
import org.waymark.metrics.Count;

/** What Waymark has put into sets is there again when others have removed it, and what others have put in stays as it is. */
class AddressSetsAmongOthersIT {
    private static final String GARDEN =
            "table inet garden {\n set open {\n type mark . ipv4_addr\n flags timeout\n }\n}\n";

    @Test
    void aSetIsWholeAgainWithinATenthOfASecondAfterAReloadUnderLoad(@TempDir Path folder) throws Exception {
        Path reload = Files.writeString(folder.resolve("reload.nft"), "flush ruleset\n" + GARDEN);
        try (SetsLab lab = SetsLab.open("mark . ipv4_addr")) {
            String[] kept = SetsLab.addresses(1_000);
            lab.addInTheEnd(3600, kept);
            AtomicBoolean busy = new AtomicBoolean(true);
            Thread load = new Thread(() -> addAlways(lab, busy), "load");
            load.start();
            double[] millis = new double[20];
            for (int i = 0; i < millis.length; i++) {
                long before = refilled(lab);
                long start = System.nanoTime();
                Process nft = lab.start("nft", "-f", reload.toString());
                awaitRefilled(lab, before + kept.length);
                millis[i] = (System.nanoTime() - start) / 1e6;
                assertEquals(0, nft.waitFor());
                Waiting.until(Waiting.PATIENCE, "all are there", () -> lab.isThere(10, kept));
                String listed = lab.listed();
                assertTrue(Arrays.stream(kept).allMatch(listed::contains));
            }
            busy.set(false);
            load.join();
            Arrays.sort(millis);
            System.out.printf(
                    "%,d addresses are there again after a reload of the firewall: median %.1f ms, worst %.1f ms of %d (with the start of nft)%n",
                    kept.length, millis[millis.length / 2], millis[millis.length - 1], millis.length);
            assertTrue(millis[millis.length / 2] <= 100, "the median of " + Arrays.toString(millis));
        }
    }

    /** Adds addresses, and renews them again and again. */
    private static void addAlways(SetsLab lab, AtomicBoolean busy) {
        for (int i = 0; busy.get(); i++) {
            lab.add(60 * (1 + i / 1024), "10.0." + (i >> 8 & 3) + "." + (i & 255));
        }
    }

    private static void awaitRefilled(SetsLab lab, long count) {
        long start = System.nanoTime();
        while (refilled(lab) < count) {
            assertTrue(System.nanoTime() - start < Waiting.PATIENCE.toNanos(), "the set is filled again");
            LockSupport.parkNanos(200_000);
        }
    }

    private static long refilled(SetsLab lab) {
        return lab.sets().counters().get(Count.SETS_REFILLED);
    }

    @Test
    void aLargeSetThatIsFlushedIsWholeAgain() throws Exception {
        try (SetsLab lab = SetsLab.open("mark . ipv4_addr")) {
            String[] kept = SetsLab.addresses(20_000);
            for (int i = 0; i < kept.length; i += 500) {
                lab.addInTheEnd(3600, Arrays.copyOfRange(kept, i, i + 500));
            }
            long start = System.nanoTime();
            lab.nft("flush set inet garden open");
            long flushed = System.nanoTime();
            awaitRefilled(lab, kept.length);
            System.out.printf(
                    "%,d addresses are there again after a flush of the set (%.1f ms): %.1f ms%n",
                    kept.length, (flushed - start) / 1e6, (System.nanoTime() - flushed) / 1e6);
            Waiting.until(Waiting.PATIENCE, "all are there", () -> lab.isThere(10, kept));
            assertEquals(kept.length, lab.size());
        }
    }

    @Test
    void anAddressThatIsDeletedIsThereAgainAndNoOtherIsTouched() throws Exception {
        try (SetsLab lab = SetsLab.open("ipv4_addr")) {
            lab.addInTheEnd(300, SetsLab.addresses(100));
            lab.settle("198.18.0.7");

            long before = refilled(lab);
            lab.settle("198.18.0.7");

            assertEquals(1, refilled(lab) - before);
            assertEquals(100, lab.size());
        }
    }

    @Test
    void aFirewallThatIsGoneForAWhileIsFilledWhenItComesBack(@TempDir Path folder) throws Exception {
        Path garden = Files.writeString(folder.resolve("garden.nft"), GARDEN);
        try (SetsLab lab = SetsLab.open("mark . ipv4_addr")) {
            lab.addInTheEnd(3600, "192.0.2.7");

            lab.nft("flush ruleset");
            Waiting.until(Waiting.PATIENCE, "it is noticed", () -> !lab.isThere(10, "192.0.2.7"));
            assertFalse(lab.add(10, "192.0.2.7").there());
            lab.run("nft", "-f", garden.toString());

            Waiting.until(Waiting.PATIENCE, "it is there", () -> lab.isThere(10, "192.0.2.7"));
            assertTrue(lab.listed().contains("192.0.2.7 timeout"), lab::listedOrNothing);
        }
    }

    @Test
    void aSetOfAnotherTypeBeginsAnew() throws Exception {
        try (SetsLab lab = SetsLab.open("mark . ipv4_addr")) {
            lab.addInTheEnd(3600, "192.0.2.7");

            lab.nft("delete set inet garden open; add set inet garden open { type ipv6_addr; flags timeout; }");

            Waiting.until(
                    Waiting.PATIENCE,
                    "it is noticed",
                    () -> lab.add(10, "2001:db8::7").there()
                            && lab.listedOrNothing().contains("2001:db8::7"));
        }
    }

    @Test
    void whatAnAdministratorHasPutInStaysForEver() throws Exception {
        try (SetsLab lab = SetsLab.open("ipv4_addr")) {
            lab.nft("add element inet garden open { 192.0.2.7, 192.0.2.8 timeout 1d, 192.0.2.9 timeout 5s }");

            lab.addInTheEnd(300, "192.0.2.6", "192.0.2.7", "192.0.2.8", "192.0.2.9");
            lab.addInTheEnd(600, "192.0.2.6", "192.0.2.7", "192.0.2.8", "192.0.2.9");

            String listed = lab.listed();
            assertTrue(listed.contains("192.0.2.7,"), listed);
            assertTrue(listed.contains("192.0.2.8 timeout 1d"), listed);
            assertTrue(listed.contains("192.0.2.9 timeout 11m"), listed);
            assertTrue(listed.contains("192.0.2.6 timeout 11m"), listed);
        }
    }

    @Test
    void aSavedFirewallThatIsLoadedDoesNotShortenAnything(@TempDir Path folder) throws Exception {
        try (SetsLab lab = SetsLab.open("ipv4_addr")) {
            lab.addInTheEnd(10, "192.0.2.7");
            Path saved = Files.writeString(folder.resolve("saved.nft"), "flush ruleset\n" + lab.nft("list ruleset"));
            lab.addInTheEnd(3600, "192.0.2.7");

            lab.run("nft", "-f", saved.toString());

            Waiting.until(Waiting.PATIENCE, "it lasts again", () -> lab.listedOrNothing()
                    .contains("timeout 1h"));
        }
    }

    @Test
    void whatAnEarlierProcessHasLeftIsTakenOver() throws Exception {
        try (SetsLab lab = SetsLab.open("ipv4_addr")) {
            lab.addInTheEnd(300, "192.0.2.7");
            try (SetsLab next = lab.next()) {
                next.addInTheEnd(3600, "192.0.2.7");
                assertTrue(lab.listed().contains("timeout 1h1m"), lab::listedOrNothing);
                next.addInTheEnd(7200, SetsLab.addresses(10));
            }
            lab.addInTheEnd(10, "192.0.2.7");
            assertEquals(11, lab.size());
        }
    }
}
