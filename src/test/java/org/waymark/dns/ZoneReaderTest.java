package org.waymark.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.waymark.dns.ZoneReader.BrokenRecordException;

class ZoneReaderTest {
    @Test
    void readsOneRecordAfterTheOther() throws IOException {
        assertEquals(
                List.of("1 a.example A 192.0.2.1", "2 a.example A 192.0.2.2", "5 b.example TXT \"x y\" z"),
                records("a.example 60 A 192.0.2.1\n  A 192.0.2.2\n; nothing\nb.example TXT ( \"x y\"\n z )"));
    }

    @Test
    void goesOnWithTheLineBehindABrokenRecord() throws IOException {
        assertEquals(
                List.of(
                        "2: Invalid type 'NOPE'",
                        "3: expected a name",
                        "4 a.z A 192.0.2.1",
                        "5: unexpected tokens at end of record (wanted EOL/EOF, got <identifier: 192.0.2.4>)",
                        "6 b.z A 192.0.2.2"),
                records("$ORIGIN z.\nx NOPE\nx CNAME\na A 192.0.2.1\nx A 192.0.2.3 192.0.2.4\nb A 192.0.2.2\n"));
    }

    @Test
    void readsNoOtherFile() throws IOException {
        List<String> records = records("$INCLUDE /etc/hostname\na A 192.0.2.1\n");

        assertEquals(2, records.size());
        assertTrue(records.get(0).startsWith("1: $INCLUDE"), records.get(0));
    }

    @Test
    void doesNotMakeRecordsOfOneLine() throws IOException {
        assertEquals(List.of("2 a A 192.0.2.1"), records("$GENERATE 1-4000000000 x$ A 192.0.2.1\na A 192.0.2.1\n"));
    }

    @Test
    void aFileThatCanNotBeReadIsNotABrokenRecord() {
        InputStream failing = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("gone");
            }

            @Override
            public int read(byte[] bytes, int from, int length) throws IOException {
                return read();
            }
        };

        IOException e = assertThrows(IOException.class, () -> new ZoneReader(failing).next());
        assertEquals("gone", e.getMessage());
    }

    private static List<String> records(String text) throws IOException {
        ZoneReader zone = new ZoneReader(new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)));
        List<String> records = new ArrayList<>();
        boolean hasNext = true;
        while (hasNext) {
            try {
                hasNext = zone.next();
                if (hasNext) {
                    records.add(zone.line() + " " + zone.owner() + " " + zone.record());
                }
            } catch (BrokenRecordException e) {
                records.add(zone.line() + ": " + e.getMessage());
            }
        }
        assertFalse(records.isEmpty());
        return records;
    }
}
