package org.waymark.settings;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.waymark.files.BoundedFile;
import org.waymark.files.FileStamp;
import org.waymark.names.BadLine;
import org.waymark.names.LeftOut;
import org.waymark.names.NameList;
import org.waymark.names.ReadList;

/**
 * A file with a list of names, which its owner may rewrite or replace at any time. It is read on a thread of its own; who can't wait for it
 * gets what it says the next time. A reading that never ends, as on a dead network file system, keeps its thread and nothing else.
 */
final class WatchedList {
    private static final Logger LOG = LoggerFactory.getLogger(WatchedList.class);

    /** As much as 10,000,000 names take. */
    static final long MOST_BYTES = 256L << 20;

    /** Who writes into the file in place may not be at its end before. Another file in its place is whole. */
    private static final Duration QUIET = Duration.ofSeconds(1);

    private static final ExecutorService THREADS = Executors.newCachedThreadPool(reading -> {
        Thread daemon = new Thread(reading, "names");
        daemon.setDaemon(true);
        return daemon;
    });

    private final Path path;
    private final long mostBytes;
    private Reading latest;
    private Future<Optional<Reading>> underWay;
    private String loggedProblem = "";

    /**
     * A list that was read.
     *
     * @param stamp that of its file
     * @param isSettled whether any later change shows in the stamp
     */
    private record Reading(FileStamp stamp, boolean isSettled, ReadList list) {}

    /**
     * @param former what was read from the file before; null if nothing was
     */
    WatchedList(Path path, long mostBytes, WatchedList former) {
        this.path = path;
        this.mostBytes = mostBytes;
        if (former != null) {
            latest = former.latest;
            underWay = former.underWay;
            loggedProblem = former.loggedProblem;
        }
    }

    Path path() {
        return path;
    }

    /** Whether the file has been read at least once. */
    boolean isRead() {
        return latest != null;
    }

    /** The names in the file, as far as it has been read. */
    NameList names() {
        return latest == null ? NameList.EMPTY : latest.list().names();
    }

    /** Begins to look whether the file has changed, and if so to read it; {@link #take} gets the result. */
    void look() {
        if (underWay == null) {
            Reading former = latest;
            underWay = THREADS.submit(() -> readIfOther(former));
        }
    }

    private Optional<Reading> readIfOther(Reading former) throws IOException {
        FileStamp stamp = FileStamp.of(path);
        Instant now = Instant.now();
        if (former != null && !mayBeOther(former, stamp, now)) {
            return Optional.empty();
        }
        if (!Files.isRegularFile(path)) {
            // Opening a pipe would block until somebody writes to it.
            throw new IOException("it is not a file");
        }
        ReadList list;
        try (InputStream input = BoundedFile.open(path, mostBytes)) {
            list = ReadList.from(input);
        }
        if (former != null && !FileStamp.of(path).equals(stamp)) {
            list.names().release();
            return Optional.empty();
        }
        return Optional.of(new Reading(stamp, stamp.isSettled(now), list));
    }

    private static boolean mayBeOther(Reading former, FileStamp stamp, Instant now) {
        if (former.stamp().equals(stamp)) {
            return !former.isSettled() && stamp.isSettled(now);
        }
        boolean isSameFile =
                stamp.key() != null && stamp.key().equals(former.stamp().key());
        return !isSameFile || stamp.isOlderThan(QUIET, now);
    }

    /**
     * Waits for what {@link #look} has begun.
     *
     * @param patience how long
     * @return whether the names are others now
     */
    boolean take(Duration patience) {
        try {
            Optional<Reading> result = underWay.get(Math.max(0, patience.toNanos()), TimeUnit.NANOSECONDS);
            underWay = null;
            result.ifPresent(reading -> loggedProblem = "");
            return result.isPresent() && adopt(result.get());
        } catch (TimeoutException e) {
            if (latest == null) {
                warnOnce("it is still being read: it has no names until then");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            underWay = null;
            warnOnce(problem(e.getCause()));
        }
        return false;
    }

    private boolean adopt(Reading reading) {
        boolean isOther =
                latest == null || !latest.list().digest().equals(reading.list().digest());
        if (isOther) {
            latest = reading;
            tell(reading.list());
        } else {
            reading.list().names().release();
            latest = new Reading(reading.stamp(), reading.isSettled(), latest.list());
        }
        return isOther;
    }

    private void tell(ReadList list) {
        int names = list.names().size();
        LOG.info("{}: {} {}", path, names, names == 1 ? "name" : "names");
        LeftOut leftOut = list.leftOut();
        for (BadLine line : leftOut.firstBroken()) {
            LOG.warn("{}:{}: {}: left out", path, line.number(), line.problem());
        }
        int more = leftOut.broken() - leftOut.firstBroken().size();
        if (more > 0) {
            LOG.warn("{}: {} more {} left out", path, more, more == 1 ? "line is" : "lines are");
        }
        for (BadLine line : leftOut.firstUseless()) {
            LOG.info("{}:{}: {}: left out{}", path, line.number(), line.problem(), others(leftOut.useless() - 1));
        }
    }

    private static String others(int lines) {
        return lines == 0 ? "" : lines == 1 ? ", like one other line" : ", like " + lines + " other lines";
    }

    private static String problem(Throwable cause) {
        if (cause instanceof NoSuchFileException) {
            return "there is no such file";
        }
        return cause instanceof IOException ? "it can't be read: " + cause.getMessage() : "it can't be read: " + cause;
    }

    private void warnOnce(String problem) {
        if (!problem.equals(loggedProblem)) {
            loggedProblem = problem;
            LOG.warn("{}: {}{}", path, problem, latest == null ? "" : "; its previous contents stay");
        }
    }
}
