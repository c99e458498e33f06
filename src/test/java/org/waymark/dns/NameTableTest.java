package org.waymark.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NameTableTest {
    @Test
    void findsANameInEitherCase() {
        NameTable<String> table = table("www.Example.com", "example.com");

        assertEquals("www.example.com", find(table, "WWW.eXAMPLE.cOM"));
        assertEquals("example.com", find(table, "example.com"));
        assertNull(find(table, "com"));
        assertNull(find(table, "a.www.example.com"));
        assertNull(find(table, "xexample.com"));
    }

    @Test
    void findsTheLongestSuffixOfWholeLabels() {
        NameTable<String> table = table("corp.example", "a.b.corp.example", "example");

        assertEquals("corp.example", findSuffix(table, "corp.example"));
        assertEquals("corp.example", findSuffix(table, "www.CORP.example"));
        assertEquals("corp.example", findSuffix(table, "b.corp.example"));
        assertEquals("a.b.corp.example", findSuffix(table, "x.y.a.b.corp.example"));
        assertEquals("example", findSuffix(table, "notcorp.example"));
        assertNull(findSuffix(table, "corp.example.org"));
        assertNull(findSuffix(table, "."));
    }

    @Test
    void takesTheRootForTheSuffixOfAll() {
        NameTable<String> table = table(".", "example");

        assertEquals(".", find(table, "."));
        assertEquals(".", findSuffix(table, "."));
        assertEquals(".", findSuffix(table, "org"));
        assertEquals("example", findSuffix(table, "a.example"));
        assertNull(find(table, "org"));
    }

    @Test
    void findsNothingInAnEmptyTable() {
        NameTable<String> table = table();

        assertNull(find(table, "."));
        assertNull(findSuffix(table, "www.example"));
    }

    @Test
    void tellsBytesFromLetters() {
        // 0x40 and 0x60, 0x5b and 0x7b, 0xc1 and 0xe1 differ like upper and lower case, but are not letters.
        byte[] name = {4, 0x40, 0x5b, (byte) 0xc1, 0, 0};
        byte[] other = {4, 0x60, 0x7b, (byte) 0xe1, 0, 0};
        NameTable<String> table = new NameTable<>(Map.of(DomainName.read(ByteBuffer.wrap(name), 0), "binary"));

        assertEquals("binary", table.find(ByteBuffer.wrap(name), 0));
        assertNull(table.find(ByteBuffer.wrap(other), 0));
    }

    @Test
    void doesNotTakeALengthWithinALabelForALabel() {
        // The label "x\3com" ends with the bytes of the name "com".
        byte[] name = {5, 'x', 3, 'c', 'o', 'm', 0};

        assertNull(table("com").findLongestSuffix(ByteBuffer.wrap(name), 0));
    }

    @Test
    void goesThroughAllLabelsOfTheLongestNames() {
        String most = "a.".repeat(127);
        String longest = ("x".repeat(63) + ".").repeat(3) + "y".repeat(61) + ".";
        NameTable<String> table = table("a", "a.a.a", longest);

        assertEquals("a.a.a", findSuffix(table, most));
        assertEquals(longest, find(table, longest.toUpperCase(Locale.ROOT)) + ".");
        assertEquals("a", findSuffix(table, "a.".repeat(2)));
    }

    @Test
    void findsNamesWhereTheyLieInAMessage() {
        byte[] message = Messages.query().toWire();
        WireMessage embedded = Messages.embed(message, 7);

        assertEquals("example.com", table("example.com").findLongestSuffix(embedded.buffer(), embedded.namePosition()));
    }

    /**
     * A list of names may come from anyone. Modulo 2^64, the hashes of these two names would be equal for every M:
     * their difference is a product of factors M^d - 1, with enough powers of two d to be 0.
     */
    @Test
    void namesThatAreMadeToCollideDoNot() {
        int[] difference = {1};
        for (int degree : new int[] {16, 8, 8, 4, 4, 4, 4, 4, 2, 2, 2, 1}) {
            int[] product = new int[difference.length + degree];
            for (int i = 0; i < difference.length; i++) {
                product[i] -= difference[i];
                product[i + degree] += difference[i];
            }
            difference = product;
        }
        ByteBuffer name = ByteBuffer.allocate(255);
        ByteBuffer other = ByteBuffer.allocate(255);
        for (int sign : new int[] {1, -1, -1, 1}) {
            int length = Math.min(63, name.remaining() - 2);
            name.put((byte) length);
            other.put((byte) length);
            for (int i = 0; i < length; i++) {
                int here = i < difference.length ? sign * difference[i] : 0;
                name.put((byte) (0x80 + Math.max(0, here)));
                other.put((byte) (0x80 + Math.max(0, -here)));
            }
        }
        NameTable<String> table = table("example");
        assertNotEquals(table.hash(name, 0), table.hash(other, 0));
    }

    @Test
    void agreesWithAMapOnRandomNames() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            Map<DomainName, String> entries = new HashMap<>();
            for (int i = random.nextInt(300); i > 0; i--) {
                DomainName name = randomName(random);
                entries.put(name, name.toString());
            }
            NameTable<String> table = new NameTable<>(entries);
            List<DomainName> asked = new ArrayList<>(entries.keySet());
            for (int i = 0; i < 300; i++) {
                asked.add(randomName(random));
            }
            for (DomainName name : asked) {
                ByteBuffer wire = inRandomCase(name, random);
                assertEquals(entries.get(name), table.find(wire, 0), () -> name + ", seed " + seed);
                assertEquals(
                        longestSuffix(entries, name), table.findLongestSuffix(wire, 0), () -> name + ", seed " + seed);
            }
        }
    }

    private static String longestSuffix(Map<DomainName, String> entries, DomainName name) {
        DomainName suffix = name;
        while (!entries.containsKey(suffix) && !suffix.isRoot()) {
            suffix = suffix.parent();
        }
        return entries.get(suffix);
    }

    /** Names with few labels of few different bytes, so that many are equal or suffixes of each other. */
    private static DomainName randomName(Random random) {
        byte[] bytes = {0, 'a', 'B', 'z', '-', 1, 2, (byte) 0xff};
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        for (int labels = random.nextInt(6); labels > 0; labels--) {
            int length = 1 + random.nextInt(2);
            wire.write(length);
            for (int i = 0; i < length; i++) {
                wire.write(bytes[random.nextInt(bytes.length)]);
            }
        }
        wire.write(0);
        return DomainName.read(ByteBuffer.wrap(wire.toByteArray()), 0);
    }

    private static ByteBuffer inRandomCase(DomainName name, Random random) {
        byte[] wire = new byte[name.wire().remaining()];
        name.wire().get(wire);
        for (int i = 0; i < wire.length; i++) {
            if (wire[i] >= 'a' && wire[i] <= 'z' && random.nextBoolean()) {
                wire[i] = (byte) (wire[i] - ('a' - 'A'));
            }
        }
        return ByteBuffer.wrap(wire);
    }

    private static NameTable<String> table(String... names) {
        Map<DomainName, String> entries = new HashMap<>();
        for (String name : names) {
            DomainName key = DomainName.parse(name);
            entries.put(key, key.toString());
        }
        return new NameTable<>(entries);
    }

    private static String find(NameTable<String> table, String name) {
        return table.find(ByteBuffer.wrap(wire(name)), 0);
    }

    private static String findSuffix(NameTable<String> table, String name) {
        return table.findLongestSuffix(ByteBuffer.wrap(wire(name)), 0);
    }

    /** A name in wire form with its case kept. */
    private static byte[] wire(String name) {
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        for (String label : name.split("\\.")) {
            wire.write(label.length());
            wire.writeBytes(label.getBytes(StandardCharsets.ISO_8859_1));
        }
        wire.write(0);
        return wire.toByteArray();
    }
}
