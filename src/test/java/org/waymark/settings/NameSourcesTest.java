package org.waymark.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.waymark.OutsideOfHeap;
import org.waymark.config.PolicyNames;
import org.waymark.dns.DomainName;
import org.waymark.lab.Waiting;
import org.waymark.names.NameList;
import org.waymark.names.NamePattern;

class NameSourcesTest {
    @TempDir
    private Path folder;

    private Path path;

    @BeforeEach
    void write() throws IOException {
        path = folder.resolve("names.list");
        replace("one.example\n");
    }

    /** As programs do that care: another file in place of it, which is old enough to have been written to its end. */
    private void replace(String text) throws IOException {
        Path next = Files.writeString(folder.resolve("next"), text);
        Files.setLastModifiedTime(next, FileTime.from(Instant.now().minus(Duration.ofMinutes(1))));
        Files.move(next, path, StandardCopyOption.ATOMIC_MOVE);
    }

    private PolicyNames names(String... patterns) {
        return new PolicyNames(Arrays.stream(patterns).map(NamePattern::parse).toList(), List.of(path));
    }

    private static boolean has(NameList list, String name) {
        ByteBuffer wire = DomainName.parse(name).wire();
        return list.find(wire, 0) != null;
    }

    @Test
    void eachPolicyHasTheNamesOfTheConfigurationAndOfItsFiles() {
        NameSources sources = new NameSources(List.of(names("two.example"), PolicyNames.ALL, names()));

        List<NameList> lists = sources.current();
        assertTrue(has(lists.get(0), "one.example"));
        assertTrue(has(lists.get(0), "two.example"));
        assertNull(lists.get(1));
        assertTrue(has(lists.get(2), "one.example"));
        assertFalse(has(lists.get(2), "two.example"));
    }

    @Test
    void theSourceOfANameIsThatOfTheEntryWithMostLabels() throws IOException {
        replace("one.example\nwww.two.example\n");
        NameSources sources = new NameSources(List.of(PolicyNames.ALL, names("two.example", "www.one.example")));

        assertEquals(Optional.of(path), sources.fileThatHas(2, DomainName.parse("a.one.example")));
        assertEquals(Optional.of(path), sources.fileThatHas(2, DomainName.parse("www.two.example")));
        assertEquals(Optional.empty(), sources.fileThatHas(2, DomainName.parse("a.www.one.example")));
        assertEquals(Optional.empty(), sources.fileThatHas(2, DomainName.parse("two.example")));
    }

    @Test
    void aFileThatWasReplacedIsReadAgain() throws IOException {
        NameSources sources = new NameSources(List.of(names()));
        assertFalse(sources.refresh());

        replace("two.example\n");

        assertTrue(sources.refresh());
        assertFalse(has(sources.current().get(0), "one.example"));
        assertTrue(has(sources.current().get(0), "two.example"));
        assertFalse(sources.refresh());
    }

    @Test
    void aFileWithTheSameBytesIsNoNews() throws IOException {
        NameSources sources = new NameSources(List.of(names()));

        replace("one.example\n");

        assertFalse(sources.refresh());
        sources.tidy();
        assertTrue(has(sources.current().get(0), "one.example"));
    }

    @Test
    void whoWritesInPlaceIsGivenTimeToGetToTheEnd() throws IOException {
        NameSources sources = new NameSources(List.of(names()));

        Files.writeString(path, "half.example\n");
        assertFalse(sources.refresh());
        Files.writeString(path, "half.example\nwhole.example\n");

        Waiting.until(Waiting.PATIENCE, "the file is read", sources::refresh);
        assertTrue(has(sources.current().get(0), "whole.example"));
    }

    @Test
    void aFileThatIsAwayOrNoListKeepsItsNames() throws IOException {
        NameSources sources = new NameSources(List.of(names()));

        Files.delete(path);
        assertFalse(sources.refresh());
        assertTrue(has(sources.current().get(0), "one.example"));

        replace("<html>not found</html>\n");
        assertFalse(sources.refresh());
        assertTrue(has(sources.current().get(0), "one.example"));

        replace("two.example\n");
        assertTrue(sources.refresh());
        assertTrue(has(sources.current().get(0), "two.example"));
    }

    @Test
    void aFileThatComesLaterIsRead() throws IOException {
        Files.delete(path);
        NameSources sources = new NameSources(List.of(names("two.example")));
        assertTrue(has(sources.current().get(0), "two.example"));

        replace("one.example\n");

        assertTrue(sources.refresh());
        assertTrue(has(sources.current().get(0), "one.example"));
    }

    @Test
    void anotherConfigurationKeepsWhatWasRead() throws IOException {
        NameSources sources = new NameSources(List.of(names()));
        Files.delete(path);

        NameSources next = sources.replacedBy(List.of(names("two.example")));

        assertTrue(has(next.current().get(0), "one.example"));
        assertTrue(has(next.current().get(0), "two.example"));
    }

    @Test
    void replacedListsAreReleasedAndNoOthers() throws IOException {
        NameSources sources = new NameSources(List.of(names("two.example")));
        NameList replaced = sources.current().get(0);
        replace("three.example\n");
        sources.refresh();
        assertTrue(has(replaced, "one.example"));

        sources.tidy();

        assertThrows(IllegalStateException.class, () -> has(replaced, "one.example"));
        assertTrue(has(sources.current().get(0), "two.example"));
        assertTrue(has(sources.current().get(0), "three.example"));
    }

    @Test
    void listsOfAConfigurationThatWasNotAdoptedAreReleasedAndThoseInForceAreNot() throws IOException {
        NameSources sources = new NameSources(List.of(names()));
        replace("two.example\n");

        NameList notAdopted = sources.replacedBy(List.of(names())).current().get(0);
        assertTrue(has(notAdopted, "two.example"));
        sources.tidy();

        assertTrue(has(sources.current().get(0), "one.example"));
        assertThrows(IllegalStateException.class, () -> has(notAdopted, "two.example"));
        assertTrue(sources.refresh());
        assertTrue(has(sources.current().get(0), "two.example"));
    }

    @Test
    void aHundredReadingsTakeNoMoreMemoryThanOne() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 10_000; i++) {
            text.append("name").append(i).append(".some.example\n");
        }
        replace(text.toString());
        NameSources sources = new NameSources(List.of(names()));
        long before = 0;
        for (int i = 0; i < 100; i++) {
            replace(text + "round" + i + ".example\n");
            assertTrue(sources.refresh());
            sources.tidy();
            if (i == 10) {
                before = OutsideOfHeap.residentBytes();
            }
        }
        long more = OutsideOfHeap.residentBytes() - before;

        assertTrue(has(sources.current().get(0), "round99.example"));
        // The lists of all readings would be 27 MiB; compilers that run meanwhile take some, too.
        assertTrue(more < 16 << 20, (more >> 10) + " KiB more are resident");
    }
}
