package org.waymark.files;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.waymark.lab.Waiting;

class WatchedFileTest {
    private static final Optional<String> NOTHING_NEW = Optional.empty();

    @TempDir
    private Path folder;

    private Path path;
    private WatchedFile file;

    @BeforeEach
    void watch() {
        path = folder.resolve("watched");
        file = new WatchedFile(path, 10);
    }

    @Test
    void tellsWhatIsNewOnce() throws IOException {
        Files.writeString(path, "one");
        assertEquals(Optional.of("one"), file.poll());
        assertEquals(NOTHING_NEW, file.poll());

        Files.writeString(path, "two");
        assertEquals(Optional.of("two"), file.poll());
        assertEquals(NOTHING_NEW, file.poll());
    }

    @Test
    void noticesAChangeThatLeavesTimeAndSizeAsTheyWere() throws IOException {
        FileTime time = FileTime.fromMillis(System.currentTimeMillis());
        Files.writeString(path, "one");
        Files.setLastModifiedTime(path, time);
        file.poll();
        Files.writeString(path, "two");
        Files.setLastModifiedTime(path, time);

        assertEquals(Optional.of("two"), file.poll());
    }

    @Test
    void noticesAnOlderFileInItsPlace() throws IOException {
        Files.writeString(path, "one");
        Files.setLastModifiedTime(path, FileTime.fromMillis(2_000));
        assertEquals(Optional.of("one"), file.poll());
        assertEquals(NOTHING_NEW, file.poll());
        Path other = Files.writeString(folder.resolve("other"), "two");
        Files.setLastModifiedTime(other, FileTime.fromMillis(1_000));
        Files.move(other, path, StandardCopyOption.REPLACE_EXISTING);

        assertEquals(Optional.of("two"), file.poll());
    }

    @Test
    void followsALinkThatIsPointedElsewhere() throws IOException {
        Path one = Files.writeString(folder.resolve("one"), "one");
        Path two = Files.writeString(folder.resolve("two"), "two");
        Files.createSymbolicLink(path, one);
        assertEquals(Optional.of("one"), file.poll());
        Files.delete(path);
        Files.createSymbolicLink(path, two);

        assertEquals(Optional.of("two"), file.poll());
    }

    @Test
    void takesAFileThatIsNotThereForNoChange() throws IOException {
        assertEquals(NOTHING_NEW, file.poll());
        Files.writeString(path, "one");
        assertEquals(Optional.of("one"), file.poll());
        Files.delete(path);
        assertEquals(NOTHING_NEW, file.poll());
        Files.writeString(path, "one");
        assertEquals(NOTHING_NEW, file.poll());
        Files.writeString(path, "");
        assertEquals(Optional.of(""), file.poll());
    }

    @Test
    void readsNothingThatIsTooLongAndNoFolder() throws IOException {
        Files.writeString(path, "0123456789");
        assertEquals(Optional.of("0123456789"), file.poll());
        Files.writeString(path, "0123456789a");
        assertEquals(NOTHING_NEW, file.poll());
        assertEquals(NOTHING_NEW, new WatchedFile(folder, 10).poll());
    }

    /** Opening it would block until somebody writes to it, and meanwhile no other file of the host would be checked. */
    @Test
    @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void doesNotWaitForAPipe() throws Exception {
        Files.writeString(path, "one");
        file.poll();
        Files.delete(path);
        assertEquals(0, new ProcessBuilder("mkfifo", path.toString()).start().waitFor());

        assertEquals(NOTHING_NEW, file.poll());
    }

    /** Otherwise every look at the host would wait for it anew, and a reload for the look. */
    @Test
    @Timeout(30)
    void waitsOnlyOnceForAFileThatDoesNotAnswer() throws Exception {
        CountDownLatch serverIsBack = new CountDownLatch(1);
        AtomicInteger readings = new AtomicInteger();
        Files.writeString(path, "one");
        WatchedFile slow = new WatchedFile(
                path,
                from -> {
                    readings.incrementAndGet();
                    await(serverIsBack);
                    return Files.readAllBytes(from);
                },
                Duration.ofMillis(50));
        assertEquals(NOTHING_NEW, slow.poll());
        assertEquals(NOTHING_NEW, slow.poll());
        assertEquals(1, readings.get());

        serverIsBack.countDown();
        Waiting.until(Waiting.PATIENCE, "the file answers", () -> slow.poll().equals(Optional.of("one")));
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Test
    void takesBytesThatAreNoTextAlongWithTheRest() throws IOException {
        Files.write(path, new byte[] {'a', (byte) 0xff, 'b'});

        assertEquals(Optional.of("a\ufffdb"), file.poll());
    }
}
