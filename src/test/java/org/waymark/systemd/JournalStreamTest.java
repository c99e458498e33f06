package org.waymark.systemd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JournalStreamTest {
    @Test
    void givesEachLineItsPriority() {
        ByteArrayOutputStream journal = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(new JournalStream(journal), true, UTF_8);
        stream.println(JournalStream.INFORMATION + "INFO Waymark answers");
        stream.print(JournalStream.WARNING + "WARN server ");
        stream.println("does not answer: \u00e4");
        stream.println(JournalStream.ERROR + "ERROR can't\nwaymark: can't start");
        stream.println(JournalStream.DETAIL + "DEBUG detail");

        assertEquals("""
                <6>INFO Waymark answers
                <4>WARN server does not answer: \u00e4
                <3>ERROR can't
                <3>waymark: can't start
                <7>DEBUG detail
                """, journal.toString(UTF_8));
    }

    @Test
    void isThereOnlyIfTheJournalReadsStandardErrorItself() throws Exception {
        Map<String, Object> file = Files.readAttributes(Path.of("/proc/self/fd/2"), "unix:dev,ino");

        assertTrue(JournalStream.isStandardError(file.get("dev") + ":" + file.get("ino")));
        assertFalse(JournalStream.isStandardError(file.get("dev") + ":1"));
        assertFalse(JournalStream.isStandardError(null));
    }
}
