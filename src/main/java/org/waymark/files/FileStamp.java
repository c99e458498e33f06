package org.waymark.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;

/**
 * By what a file shows that it has changed.
 *
 * @param modified when it was written
 * @param size in bytes
 * @param key which file it is, behind its path
 */
public record FileStamp(FileTime modified, long size, Object key) {
    /** A file that was written so shortly before it was read may have been written again with the same time. */
    private static final Duration UNSETTLED = Duration.ofSeconds(5);

    /**
     * @param path a file, or a link to one
     * @return its stamp now
     * @throws IOException if there is no such file, or it can't be asked
     */
    public static FileStamp of(Path path) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
        return new FileStamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
    }

    /** Whether any later change must show in the stamp. */
    public boolean isSettled(Instant now) {
        return isOlderThan(UNSETTLED, now);
    }

    /** Whether nobody has written to the file for so long. */
    public boolean isOlderThan(Duration age, Instant now) {
        return modified.toInstant().isBefore(now.minus(age));
    }
}
