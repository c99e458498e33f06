package org.waymark.files;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of another program, which may rewrite it, replace it, or change a symbolic link to it at any time. It is checked from time to
 * time, because inotify would miss a change to a link on the way to it.
 */
public final class WatchedFile {
    private static final Logger LOG = LoggerFactory.getLogger(WatchedFile.class);

    private final Path path;
    private final Contents contents;
    private final Duration patience;
    private FileStamp stamp;
    private String text;
    private boolean problemIsLogged;
    private boolean isTooSlow;

    /** Where the bytes of a file come from. */
    @FunctionalInterface
    interface Contents {
        byte[] of(Path path) throws IOException;
    }

    /** A file as it was at one moment. */
    private record Found(FileStamp stamp, String text) {}

    /**
     * @param path the file, which need not exist
     * @param mostBytes the largest size of the file; a larger one is not read
     */
    public WatchedFile(Path path, int mostBytes) {
        this(path, file -> BoundedFile.read(file, mostBytes), BoundedWait.PATIENCE);
    }

    /**
     * @param contents may be read by several threads at a time
     * @param patience how long they are waited for
     */
    WatchedFile(Path path, Contents contents, Duration patience) {
        this.path = path;
        this.contents = contents;
        this.patience = patience;
    }

    /**
     * Reads the file if it may have changed. If it can't be read, that is logged once, and its previous text stays in force. If it does not
     * answer, nobody waits for it again until it does.
     *
     * @return the text of the file, if it differs from the previous one; bytes that are not UTF-8 are replaced
     */
    public Optional<String> poll() {
        if (isTooSlow && BoundedWait.isUnderWay(path)) {
            return Optional.empty();
        }
        isTooSlow = false;
        FileStamp former = stamp;
        try {
            return BoundedWait.read(path, () -> readIfOther(former), patience).flatMap(this::take);
        } catch (BoundedWait.TooSlowException e) {
            isTooSlow = true;
            warnOnce(e.getMessage());
        } catch (NoSuchFileException e) {
            warnOnce("there is no such file");
        } catch (IOException e) {
            warnOnce("it can't be read: " + e.getMessage());
        }
        return Optional.empty();
    }

    private Optional<Found> readIfOther(FileStamp former) throws IOException {
        FileStamp now = FileStamp.of(path);
        if (now.equals(former) && now.isSettled(Instant.now())) {
            return Optional.empty();
        }
        if (!Files.isRegularFile(path)) {
            // Opening a pipe would block until somebody writes to it.
            throw new IOException("it is not a file");
        }
        return Optional.of(new Found(now, new String(contents.of(path), StandardCharsets.UTF_8)));
    }

    private Optional<String> take(Found found) {
        stamp = found.stamp();
        problemIsLogged = false;
        if (found.text().equals(text)) {
            return Optional.empty();
        }
        text = found.text();
        return Optional.of(text);
    }

    private void warnOnce(String problem) {
        stamp = null;
        if (!problemIsLogged) {
            problemIsLogged = true;
            LOG.warn("{}: {}{}", path, problem, text == null ? "" : "; its previous contents stay");
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
