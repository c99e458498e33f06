package org.waymark.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.waymark.lab.Waiting;

/** Addresses go into sets of the real nf_tables before answers leave, and stay as long as answers last. */
class AddressSetsIT {
    @ParameterizedTest
    @CsvSource({
        "ipv4_addr, 192.0.2.7, 192.0.2.7",
        "ipv6_addr, 2001:db8::7, 2001:db8::7",
        "mark . ipv4_addr, 192.0.2.7, 0x00000089 . 192.0.2.7",
        "mark . ipv6_addr, 2001:db8::7, 0x00000089 . 2001:db8::7"
    })
    void addressIsInTheSetBeforeTheAnswerLeaves(String type, String address, String shown) throws Exception {
        try (SetsLab lab = SetsLab.open(type)) {
            lab.addInTheEnd(300, "192.0.2.7", "2001:db8::7");

            assertTrue(lab.listed().contains(shown + " timeout 6m"), lab::listedOrNothing);
            assertEquals(1, lab.size(), "the address of the other family is passed over");
            assertTrue(lab.isThere(300, address), "the next answer need not wait");
        }
    }

    @Test
    void theTypeThatNftGuessesIsTheSame() throws Exception {
        try (SetsLab lab = SetsLab.empty()) {
            lab.nft("add table inet garden; add set inet garden open { typeof ct mark . ip daddr; flags timeout; }");

            assertEquals("", lab.problem());
            lab.addInTheEnd(300, "192.0.2.7");
        }
    }

    @Test
    void aBurstOfTenThousandIsInTheSetSoon() throws Exception {
        try (SetsLab lab = SetsLab.open("mark . ipv4_addr")) {
            lab.add(300, "192.0.2.7");
            String[] addresses = SetsLab.addresses(10_000);
            for (int round = 1; round <= 3; round++) {
                int ttl = 300 * round;
                long processor = processorNanos();
                long start = System.nanoTime();
                List<CompletableFuture<Boolean>> answers = new ArrayList<>();
                for (String address : addresses) {
                    CompletableFuture<Boolean> done = new CompletableFuture<>();
                    assertFalse(lab.sets().add(SetsLab.addition(ttl, address), done::complete));
                    answers.add(done);
                }
                long there = answers.stream().filter(CompletableFuture::join).count();
                long end = System.nanoTime();
                System.out.printf(
                        "burst of %,d, round %d (%s): %.1f us of the processor for an address, %.1f us to the last one's end;"
                                + " %,d within 50 ms%n",
                        addresses.length,
                        round,
                        round == 1 ? "new" : "renewed",
                        (processorNanos() - processor) / 1e3 / addresses.length,
                        (end - start) / 1e3 / addresses.length,
                        there);
                for (String address : addresses) {
                    lab.addInTheEnd(ttl, address);
                }
            }
            assertEquals(10_001, lab.size());
        }
    }

    /** The processor time of the thread that writes, in the kernel, too. */
    private static long processorNanos() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                .filter(thread -> thread != null && thread.getThreadName().equals("sets"))
                .mapToLong(thread -> threads.getThreadCpuTime(thread.getThreadId()))
                .sum();
    }

    @Test
    void theSetKeepsAnAddressLongerThanTheLongestAnswer() throws Exception {
        try (SetsLab lab = SetsLab.open("ipv4_addr")) {
            lab.add(10, "192.0.2.7");
            assertTrue(lab.isThere(10, "192.0.2.7"));
            assertTrue(lab.listed().contains("timeout 1m10s"), lab::listedOrNothing);

            assertFalse(lab.isThere(3600, "192.0.2.7"));
            lab.addInTheEnd(3600, "192.0.2.7");
            assertTrue(lab.listed().contains("timeout 1h1m"), lab::listedOrNothing);

            assertTrue(lab.isThere(10, "192.0.2.7"), "what lasts longer is not shortened");
            assertTrue(lab.listed().contains("timeout 1h1m"), lab::listedOrNothing);
        }
    }

    @Test
    void noPacketMissesAnAddressThatIsRenewed() throws Exception {
        try (SetsLab lab = SetsLab.open("ipv4_addr")) {
            lab.run("ip", "link", "set", "lo", "up");
            lab.nft("add chain inet garden out { type filter hook output priority 0; }"
                    + "; add rule inet garden out ip daddr 127.0.0.7 ip daddr != @open counter");
            lab.add(1, "127.0.0.7");
            try (DatagramSocket socket = lab.namespace().in(() -> new DatagramSocket())) {
                Thread packets = new Thread(() -> send(socket));
                packets.start();
                for (int ttl = 100; ttl < 200_000; ttl += 100) {
                    lab.addInTheEnd(ttl, "127.0.0.7");
                }
                assertEquals(0, missed(lab));
                assertTrue(packets.isAlive());

                Waiting.until(Waiting.PATIENCE, "a packet that finds no element is counted", () -> {
                    lab.nftOrFail("delete element inet garden open { 127.0.0.7 }");
                    lab.addInTheEnd(10, "127.0.0.7");
                    return missed(lab) > 0;
                });
                packets.interrupt();
                packets.join();
            }
        }
    }

    private static void send(DatagramSocket socket) {
        try {
            DatagramPacket packet = new DatagramPacket(new byte[1], 1, InetAddress.getByName("127.0.0.7"), 9);
            while (!Thread.interrupted()) {
                socket.send(packet);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long missed(SetsLab lab) {
        Matcher counter =
                Pattern.compile("counter packets (\\d+)").matcher(lab.nftOrFail("list chain inet garden out"));
        assertTrue(counter.find());
        return Long.parseLong(counter.group(1));
    }

    @Test
    void answerIsRefusedAfterFiftyMillisecondsWhileTheKernelIsBusyAndNobodyElseWaits(@TempDir Path folder)
            throws Exception {
        try (SetsLab lab = SetsLab.open("ipv4_addr")) {
            lab.addInTheEnd(300, "192.0.2.7");
            lab.settle("192.0.2.7");
            String many = IntStream.range(0, 600_000)
                    .mapToObj(i -> "10." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255))
                    .collect(Collectors.joining(","));
            Path file = Files.writeString(
                    folder.resolve("big.nft"),
                    "table inet big {\n set s {\n type ipv4_addr\n elements = { " + many + " }\n }\n}\n");
            Process nft = lab.start("nft", "-f", file.toString());
            String[] addresses = SetsLab.addresses(100_000);
            List<SetsLab.Held> refused = new ArrayList<>();
            long slowest = 0;
            int next = 0;
            while (nft.isAlive()) {
                long start = System.nanoTime();
                assertTrue(lab.isThere(100, "192.0.2.7"), "what is there already needs nobody");
                slowest = Math.max(slowest, System.nanoTime() - start);
                SetsLab.Held held = lab.add(300, addresses[next++]);
                if (!held.there()) {
                    refused.add(held);
                }
            }
            assertEquals(0, nft.waitFor());
            long[] waits =
                    refused.stream().mapToLong(SetsLab.Held::nanos).sorted().toArray();
            System.out.printf(
                    "while another program added 600,000 elements: %d answers refused, after %.1f ms, at most %.1f; %d let pass;"
                            + " the slowest call for what was there took %.2f ms%n",
                    waits.length,
                    waits.length == 0 ? 0 : waits[waits.length / 2] / 1e6,
                    waits.length == 0 ? 0 : waits[waits.length - 1] / 1e6,
                    next - waits.length,
                    slowest / 1e6);
            assertFalse(refused.isEmpty(), "the kernel was busy for long enough");
            assertTrue(refused.stream().allMatch(held -> held.nanos() >= TimeUnit.MILLISECONDS.toNanos(50)));
            Waiting.until(Waiting.PATIENCE, "answers pass again", () -> lab.add(300, "192.0.2.8")
                    .there());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "type ipv4_addr;",
                "type inet_service; flags timeout;",
                "type ipv4_addr; flags interval, timeout;",
                "type ipv4_addr . ipv4_addr; flags timeout;",
                "type ipv4_addr; flags constant; elements = { 192.0.2.1 };"
            })
    void theSetIsAsItShouldBeAfterTheCure(String definition) throws Exception {
        try (SetsLab lab = SetsLab.empty()) {
            lab.nft("add table inet garden; add set inet garden open { " + definition + " }");
            System.out.println(lab.problem());
            assertFalse(lab.add(300, "192.0.2.7").there());

            lab.cure();

            assertEquals("", lab.problem());
            lab.addInTheEnd(300, "192.0.2.7");
        }
    }

    @Test
    void aSetThatComesLateIsFilledAtOnce() throws Exception {
        try (SetsLab lab = SetsLab.empty()) {
            SetsLab.Held held = lab.add(300, "192.0.2.7");
            assertFalse(held.there());
            assertTrue(held.nanos() >= TimeUnit.MILLISECONDS.toNanos(50));
            System.out.println(lab.problem());

            lab.cure();

            lab.addInTheEnd(300, "192.0.2.7");
        }
    }

    @Test
    void aFullSetTakesWhatHasRoomAndTheOthersAreRefused() throws Exception {
        try (SetsLab lab = SetsLab.empty()) {
            lab.nft("add table inet garden; add set inet garden open { type ipv4_addr; flags timeout; size 10; }");
            String[] addresses = SetsLab.addresses(20);

            Waiting.until(Waiting.PATIENCE, "ten find room", () -> {
                Arrays.stream(addresses)
                        .forEach(address -> lab.sets().add(SetsLab.addition(300, address), there -> {}));
                return lab.listedOrNothing().split("expires").length == 11;
            });

            Waiting.until(
                    Waiting.PATIENCE,
                    "ten are known to be there",
                    () -> Arrays.stream(addresses)
                                    .filter(address -> lab.isThere(100, address))
                                    .count()
                            == 10);
        }
    }

    @Test
    void everyAnswerIsToldOnceEvenIfThereIsNoSet() throws Exception {
        try (SetsLab lab = SetsLab.empty()) {
            List<Boolean> told = Collections.synchronizedList(new ArrayList<>());
            for (String address : SetsLab.addresses(1_000)) {
                lab.sets().add(SetsLab.addition(300, address), told::add);
            }
            Waiting.until(Waiting.PATIENCE, "all are told", () -> told.size() == 1_000);
            assertFalse(told.contains(true));
        }
    }
}
