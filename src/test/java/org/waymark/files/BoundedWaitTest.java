package org.waymark.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.waymark.lab.Waiting;

@Timeout(30)
class BoundedWaitTest {
    private static final Path FILE = Path.of("/net/gone/file");
    private static final Duration SHORT = Duration.ofMillis(50);

    private final CountDownLatch serverIsBack = new CountDownLatch(1);

    @AfterEach
    void endAllReadings() {
        serverIsBack.countDown();
        Waiting.until(Waiting.PATIENCE, "all readings end", () -> !BoundedWait.isUnderWay(FILE));
    }

    private String hang() throws IOException {
        try {
            serverIsBack.await();
            return "text";
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Test
    void whatIsReadOrFailsInTimeIsAsWithoutIt() throws Exception {
        assertEquals("text", BoundedWait.read(FILE, () -> "text"));
        assertThrows(
                NoSuchFileException.class,
                () -> BoundedWait.read(FILE, () -> {
                    throw new NoSuchFileException("file");
                }));
        assertThrows(
                IllegalStateException.class,
                () -> BoundedWait.read(FILE, () -> {
                    throw new IllegalStateException();
                }));
        assertFalse(BoundedWait.isUnderWay(FILE));
    }

    @Test
    void whatDoesNotAnswerIsNotWaitedForAndHoldsUpNoLaterReading() throws Exception {
        BoundedWait.TooSlowException tooSlow =
                assertThrows(BoundedWait.TooSlowException.class, () -> BoundedWait.read(FILE, this::hang, SHORT));

        assertEquals(
                "reading it takes longer than 0 s (is it on a network file system whose server is gone?)",
                tooSlow.getMessage());
        assertTrue(BoundedWait.isUnderWay(FILE));
        assertEquals("other text", BoundedWait.read(FILE, () -> "other text"));
    }

    @Test
    void aFileThatNeverAnswersTakesFewThreads() throws Exception {
        for (int i = 0; i < 8; i++) {
            assertThrows(BoundedWait.TooSlowException.class, () -> BoundedWait.read(FILE, this::hang, SHORT));
        }

        BoundedWait.TooSlowException tooMany =
                assertThrows(BoundedWait.TooSlowException.class, () -> BoundedWait.read(FILE, () -> "text"));
        assertTrue(tooMany.getMessage().contains("8 attempts have not ended"), tooMany.getMessage());
        assertEquals("text", BoundedWait.read(Path.of("/another"), () -> "text"));

        serverIsBack.countDown();
        Waiting.until(Waiting.PATIENCE, "all readings end", () -> !BoundedWait.isUnderWay(FILE));
        assertEquals("text", BoundedWait.read(FILE, () -> "text"));
    }
}
