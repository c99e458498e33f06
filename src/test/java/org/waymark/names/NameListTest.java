package org.waymark.names;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.waymark.OutsideOfHeap;

class NameListTest {
    private static final int MILLION = 1_000_000;
    private static final int HEADER = 12;

    @Test
    void patternsOfTheConfigurationAreAList() {
        NameList list = NameList.of(List.of(NamePattern.parse("example.com"), NamePattern.parse("*.update.example")));

        assertEquals("listed listed", Lists.verdict(list, "example.com") + " " + Lists.verdict(list, "x.EXAMPLE.com"));
        assertEquals(
                "- listed", Lists.verdict(list, "update.example") + " " + Lists.verdict(list, "a.b.update.example"));
        assertEquals(2, list.size());
    }

    @Test
    void amongSeveralListsTheEntryWithMostLabelsCountsAndThenTheFirstList() {
        NameList zone = Lists.read("$TTL 60", "b.example CNAME .", "*.c.example CNAME *.")
                .names();
        NameList names = Lists.read("example", "c.example").names();
        NameList list = NameList.together(List.of(zone, names));

        assertEquals("NXDOMAIN", Lists.verdict(list, "b.example"));
        assertEquals("listed", Lists.verdict(list, "x.b.example"));
        assertEquals("listed", Lists.verdict(list, "c.example"));
        assertEquals("NODATA", Lists.verdict(list, "x.c.example"));
        assertEquals("listed", Lists.verdict(NameList.together(List.of(names, zone)), "x.c.example"));
        assertEquals(4, list.size());
    }

    @Test
    void exceptionsOfOneListLeaveOtherListsAlone() {
        NameList list = NameList.together(List.of(
                Lists.read("||example^", "@@||a.example^").names(),
                Lists.read("b.a.example").names()));

        assertEquals("-", Lists.verdict(list, "a.example"));
        assertEquals("listed", Lists.verdict(list, "b.a.example"));
    }

    /** Few labels and few names, so that most names are suffixes of others. */
    @Test
    void saysTheSameAsASearchThroughAllEntries() {
        long seed = new Random().nextLong();
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 200; round++) {
            Map<String, Character> entries = new HashMap<>();
            List<String> lines = new ArrayList<>();
            for (int i = random.nextInt(60); i >= 0; i--) {
                String name = randomName(random);
                char kind = "=*.@".charAt(random.nextInt(4));
                if (entries.putIfAbsent(name, kind) == null) {
                    lines.add(
                            switch (kind) {
                                case '=' -> "0.0.0.0 " + name;
                                case '*' -> "*." + name;
                                case '.' -> name;
                                default -> "@@||" + name + "^";
                            });
                }
            }
            NameList list = Lists.read(lines.toArray(String[]::new)).names();
            for (int i = 0; i < 200; i++) {
                String name = randomName(random);
                assertEquals(
                        naive(entries, name), Lists.verdict(list, name), "seed " + seed + ": " + name + " in " + lines);
            }
        }
    }

    private static String randomName(SplittableRandom random) {
        StringBuilder name = new StringBuilder(label(random));
        for (int i = 1 + random.nextInt(5); i > 0; i--) {
            name.append('.').append(label(random));
        }
        return name.toString();
    }

    private static String label(SplittableRandom random) {
        String letter = String.valueOf((char) ('a' + random.nextInt(3)));
        return letter.repeat(random.nextInt(10) == 0 ? 1 + random.nextInt(40) : 1);
    }

    private static String naive(Map<String, Character> entries, String name) {
        String verdict = "-";
        String suffix = name;
        while (true) {
            Character kind = entries.get(suffix);
            boolean isItself = suffix.equals(name);
            if (kind != null && kind == '@') {
                return "-";
            }
            if (kind != null && (kind == '.' || kind == (isItself ? '=' : '*'))) {
                verdict = "listed";
            }
            int dot = suffix.indexOf('.');
            if (dot < 0) {
                return verdict;
            }
            suffix = suffix.substring(dot + 1);
        }
    }

    @Test
    void aMillionNamesTakeAtMost30MiBAndTheirReleaseGivesThemBack() throws IOException {
        ReadList.from(names(50_000)).names().release();
        long before = OutsideOfHeap.residentBytes();
        ReadList list = ReadList.from(names(MILLION));
        long loaded = OutsideOfHeap.residentBytes();

        assertEquals(MILLION, list.names().size());
        for (int i = 0; i < MILLION; i += 997) {
            assertEquals("listed", Lists.verdict(list.names(), name(i)));
            assertEquals("-", Lists.verdict(list.names(), "x" + name(i)));
        }
        list.names().release();
        long released = OutsideOfHeap.residentBytes();
        // What the JVM itself has taken meanwhile is not among it.
        long taken = loaded - released;
        assertTrue(taken <= 30 << 20, "a million names take " + (taken >> 10) + " KiB");
        long left = released - before;
        assertTrue(left < 8 << 20, (left >> 10) + " KiB are left");
    }

    /** As long as those of the usual lists: 21 letters on average. */
    private static String name(int number) {
        String[] ends = {"com", "net", "example.com", "co.uk", "de", "info", "cloudfront.net", "xyz"};
        String letters = Integer.toString(Integer.reverse(number) >>> 1, 36);
        return letters + "-".repeat(number % 3) + (number % 2 == 0 ? "tracker" : "ads.site") + number % 10 + "."
                + ends[number % ends.length];
    }

    private static InputStream names(int count) {
        return new InputStream() {
            private byte[] line = {};
            private int at;
            private int number;

            @Override
            public int read() {
                if (at == line.length) {
                    if (number == count) {
                        return -1;
                    }
                    line = (name(number++) + "\n").getBytes(StandardCharsets.ISO_8859_1);
                    at = 0;
                }
                return line[at++];
            }

            @Override
            public int read(byte[] target, int offset, int length) {
                int count = 0;
                while (count < length) {
                    int octet = read();
                    if (octet < 0) {
                        return count == 0 ? -1 : count;
                    }
                    target[offset + count++] = (byte) octet;
                }
                return count;
            }
        };
    }

    @Test
    void lookingForANameMakesNoObjects() {
        NameList list =
                Lists.read("example.com", "||a.example^", "@@||b.a.example^").names();
        ByteBuffer listed = Lists.inMessage("WWW.example.COM");
        ByteBuffer other = Lists.inMessage("a.b.c.d.e.f.g.h.i.j.k.example");
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int i = 0; i < 20_000; i++) {
            list.find(listed, HEADER);
            list.find(other, HEADER);
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 20_000; i++) {
            list.find(listed, HEADER);
            list.find(other, HEADER);
        }
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;

        assertTrue(allocated < 20_000, allocated + " bytes");
    }

    @Test
    void aListThatWasReleasedIsNeverTakenForAnEmptyOne() {
        NameList list = Lists.read("example.com").names();
        ByteBuffer name = Lists.inMessage("example.com");
        list.release();

        assertThrows(IllegalStateException.class, () -> list.find(name, HEADER));
    }

    @Test
    void whoLooksForANameDuringTheReleaseGetsTheRightAnswerOrNone() throws InterruptedException {
        for (int round = 0; round < 50; round++) {
            NameList list = Lists.read("example.com", "a.example").names();
            List<String> wrong = new ArrayList<>();
            Thread reader = new Thread(() -> {
                ByteBuffer name = Lists.inMessage("www.example.com");
                try {
                    while (Listing.PLAIN.equals(list.find(name, HEADER))) {
                        Thread.onSpinWait();
                    }
                    wrong.add("not listed");
                } catch (IllegalStateException released) {
                    // As it must be.
                }
            });
            reader.start();
            list.release();
            reader.join();
            assertEquals(List.of(), wrong);
        }
    }
}
