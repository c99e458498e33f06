package org.waymark.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.waymark.dns.SipHash;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

class CacheFileTest {
    private static final int ALL_BITS = -1;
    private static final String SERVERS = "[192.0.2.53:53]";

    @TempDir
    private Path folder;

    private Path file;
    private Duration stale = Duration.ZERO;
    private final AnswerCache before = new AnswerCache(1 << 20, new SipHash(1, 2));
    private final AnswerCache after = new AnswerCache(1 << 20, new SipHash(3, 4));
    private final Views viewsBefore = new Views();
    private final Views viewsAfter = new Views();

    @BeforeEach
    void chooseTheFile() {
        file = folder.resolve("cache");
    }

    @AfterEach
    void freeTheMemory() {
        before.close();
        after.close();
    }

    private static byte[] answer(int number) throws IOException {
        Name name = Name.fromConstantString("name" + number + ".example.");
        Message answer = new Message(0);
        answer.getHeader().setFlag(Flags.QR);
        answer.addRecord(Record.newRecord(name, Type.A, DClass.IN), Section.QUESTION);
        answer.addRecord(new ARecord(name, DClass.IN, 300, InetAddress.getByName("192.0.2.1")), Section.ANSWER);
        return answer.toWire();
    }

    private void keep(int group, int mark, int number, long ageMillis) throws IOException {
        long stored = AnswerCache.nowMillis(System.nanoTime()) - ageMillis;
        before.keep(new StoredAnswer(Views.view(group, mark), 0x100, 1232, stored, 300, answer(number)));
    }

    private List<String> marksAfter() {
        List<String> marks = new ArrayList<>();
        after.remove(kept -> {
            marks.add(viewsAfter.nameOf(kept.group()) + " " + kept.mark());
            return false;
        });
        return marks;
    }

    @Test
    void answersComeBackInTheirViewsWithTheirAge() throws IOException {
        int lan = viewsBefore.number("lan", SERVERS, ALL_BITS);
        int vpn = viewsBefore.number("vpn", SERVERS, ALL_BITS);
        keep(lan, 7, 1, 100_000);
        keep(vpn, 8, 1, 100_000);
        assertEquals(2, CacheFile.write(file, before, viewsBefore, stale));

        assertNotEquals(vpn, viewsAfter.number("vpn", SERVERS, ALL_BITS));
        viewsAfter.number("lan", SERVERS, ALL_BITS);
        assertEquals(2, CacheFile.read(file, after, viewsAfter, stale));
        assertEquals(List.of("lan 7", "vpn 8"), marksAfter().stream().sorted().toList());
        after.remove(kept -> {
            assertTrue(Math.abs(kept.age().toSeconds() - 100) < 60, kept.age()::toString);
            assertEquals(300, kept.life().toSeconds());
            return false;
        });
    }

    @Test
    void whatIsTooOldIsLeftOut() throws IOException {
        keep(viewsBefore.number("lan", SERVERS, ALL_BITS), 7, 1, 300_000);
        keep(viewsBefore.number("lan", SERVERS, ALL_BITS), 7, 2, 0);
        assertEquals(1, CacheFile.write(file, before, viewsBefore, stale));
    }

    @Test
    void whatMayStillServeIfNoServerAnswersComesBack() throws IOException {
        stale = Duration.ofHours(1);
        keep(viewsBefore.number("lan", SERVERS, ALL_BITS), 7, 1, 400_000);
        viewsAfter.number("lan", SERVERS, ALL_BITS);
        assertEquals(1, CacheFile.write(file, before, viewsBefore, stale));
        assertEquals(1, CacheFile.read(file, after, viewsAfter, stale));
    }

    @Test
    void whatIsNotAFileIsNotReadNorWaitedFor() throws IOException, InterruptedException {
        assertEquals(0, new ProcessBuilder("mkfifo", file.toString()).start().waitFor());
        assertThrows(CacheFile.BrokenException.class, () -> CacheFile.read(file, after, viewsAfter, stale));
    }

    @Test
    void nothingIsLeftOfAFileThatCannotBeWritten() throws IOException {
        Files.createDirectories(file.resolve("in the way"));
        assertThrows(IOException.class, () -> CacheFile.write(file, before, viewsBefore, stale));
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(List.of(file), left.toList());
        }
    }

    @Test
    void answersOfOtherServersAreLeftOut() throws IOException {
        keep(viewsBefore.number("lan", SERVERS, ALL_BITS), 7, 1, 0);
        CacheFile.write(file, before, viewsBefore, stale);
        viewsAfter.number("lan", "[192.0.2.54:53]", ALL_BITS);

        assertEquals(0, CacheFile.read(file, after, viewsAfter, stale));
        assertEquals(List.of(), marksAfter());
    }

    @Test
    void answersAreLeftOutIfMarksShareOtherwise() throws IOException {
        keep(viewsBefore.number("lan", SERVERS, 0xf00), 0x100, 1, 0);
        CacheFile.write(file, before, viewsBefore, stale);
        viewsAfter.number("lan", SERVERS, ALL_BITS);

        assertEquals(0, CacheFile.read(file, after, viewsAfter, stale));
    }

    @Test
    void nothingIsTakenFromABrokenFile() throws IOException {
        keep(viewsBefore.number("lan", SERVERS, ALL_BITS), 7, 1, 0);
        keep(viewsBefore.number("lan", SERVERS, ALL_BITS), 7, 2, 0);
        CacheFile.write(file, before, viewsBefore, stale);
        viewsAfter.number("lan", SERVERS, ALL_BITS);
        byte[] good = Files.readAllBytes(file);
        for (int i = 0; i < good.length; i++) {
            byte[] broken = good.clone();
            broken[i] ^= 1;
            Files.write(file, broken);
            assertThrows(
                    CacheFile.BrokenException.class, () -> CacheFile.read(file, after, viewsAfter, stale), "byte " + i);
        }
        for (int length = 0; length < good.length; length++) {
            Files.write(file, Arrays.copyOf(good, length));
            assertThrows(CacheFile.BrokenException.class, () -> CacheFile.read(file, after, viewsAfter, stale));
        }
        assertEquals(0, after.entries());
        Files.write(file, good);
        assertEquals(2, CacheFile.read(file, after, viewsAfter, stale));
    }

    @Test
    void aMissingFileIsSaid() {
        assertThrows(NoSuchFileException.class, () -> CacheFile.read(file, after, viewsAfter, stale));
    }

    @Test
    void anOlderAnswerDoesNotReplaceANewerOne() throws IOException {
        keep(viewsBefore.number("lan", SERVERS, ALL_BITS), 7, 1, 100_000);
        CacheFile.write(file, before, viewsBefore, stale);
        int lan = viewsAfter.number("lan", SERVERS, ALL_BITS);
        long now = AnswerCache.nowMillis(System.nanoTime());
        after.keep(new StoredAnswer(Views.view(lan, 7), 0x100, 1232, now, 300, answer(1)));

        assertEquals(0, CacheFile.read(file, after, viewsAfter, stale));
    }
}
