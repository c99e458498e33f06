package org.waymark.files;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Reads files that may not answer, such as those on a network file system whose server is gone, and does not wait for them forever. The
 * kernel lets nobody take such a call back: its thread waits on, but nobody else does. A later reading may succeed meanwhile, because the
 * path may lead to another file system by then.
 */
public final class BoundedWait {
    /** Longer than a disk takes to spin up, and shorter than people wait for a command. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    /** Each keeps a thread. */
    private static final int MOST_READINGS_OF_A_FILE = 8;

    private static final ExecutorService THREADS = Executors.newCachedThreadPool(reading -> {
        Thread daemon = new Thread(reading, "files");
        daemon.setDaemon(true);
        return daemon;
    });

    private static final Map<Path, Integer> UNDER_WAY = new ConcurrentHashMap<>();

    private BoundedWait() {}

    /** A file has not been read in time. */
    public static final class TooSlowException extends IOException {
        private static final long serialVersionUID = 1;

        TooSlowException(String message) {
            super(message);
        }
    }

    /**
     * Reads something from a file.
     *
     * @param <T> what is read
     * @param <E> why it may fail
     */
    @FunctionalInterface
    public interface Reading<T, E extends Exception> {
        /**
         * @return what is read; never null
         * @throws E if it can't be read
         */
        T read() throws E;
    }

    /**
     * Reads from a file on another thread, for which it waits at most 10 s.
     *
     * @param file what may not answer
     * @param reading reads it, also after nobody waits for it any more
     * @return what is read
     * @throws E if it can't be read
     * @throws TooSlowException if it takes longer; the message is for people
     */
    public static <T, E extends Exception> T read(Path file, Reading<T, E> reading) throws E, TooSlowException {
        return read(file, reading, PATIENCE);
    }

    /**
     * Whether a reading has not ended yet.
     *
     * @param file what is read
     */
    static boolean isUnderWay(Path file) {
        return UNDER_WAY.containsKey(file);
    }

    static <T, E extends Exception> T read(Path file, Reading<T, E> reading, Duration patience)
            throws E, TooSlowException {
        if (UNDER_WAY.getOrDefault(file, 0) >= MOST_READINGS_OF_A_FILE) {
            throw new TooSlowException("reading it takes too long: " + MOST_READINGS_OF_A_FILE
                    + " attempts have not ended (is it on a network file system whose server is gone?)");
        }
        UNDER_WAY.merge(file, 1, Integer::sum);
        Future<T> result = THREADS.submit(() -> {
            try {
                return reading.read();
            } finally {
                UNDER_WAY.computeIfPresent(file, (path, readings) -> readings == 1 ? null : readings - 1);
            }
        });
        try {
            return result.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new TooSlowException("reading it takes longer than " + patience.toSeconds()
                    + " s (is it on a network file system whose server is gone?)");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TooSlowException("reading it was given up");
        } catch (ExecutionException e) {
            throwIfUnchecked(e.getCause());
            @SuppressWarnings("unchecked") // A reading throws nothing else than it declares.
            E failure = (E) e.getCause();
            throw failure;
        }
    }

    private static void throwIfUnchecked(Throwable cause) {
        if (cause instanceof RuntimeException unchecked) {
            throw unchecked;
        } else if (cause instanceof Error error) {
            throw error;
        }
    }
}
