package org.waymark.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads files that may be longer than anybody has meant, such as devices and pipes. */
public final class BoundedFile {
    private BoundedFile() {}

    /** A file is longer than it may be. */
    public static final class TooLongException extends IOException {
        private static final long serialVersionUID = 1;

        TooLongException(int mostBytes) {
            super("it has more than " + mostBytes + " bytes");
        }
    }

    /**
     * Reads a file.
     *
     * @param path the file
     * @param mostBytes how long it may be
     * @return all of it
     * @throws TooLongException if it is longer; no more is read than it may be
     * @throws IOException if it can't be read
     */
    public static byte[] read(Path path, int mostBytes) throws IOException {
        try (InputStream input = Files.newInputStream(path)) {
            byte[] bytes = input.readNBytes(mostBytes + 1);
            if (bytes.length > mostBytes) {
                throw new TooLongException(mostBytes);
            }
            return bytes;
        }
    }
}
