package org.waymark.files;

import java.io.FilterInputStream;
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

        TooLongException(long mostBytes) {
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

    /**
     * Opens a file that is too long to be read at once.
     *
     * @param path the file
     * @param mostBytes how long it may be
     * @return its bytes; reading more of them than there may be fails with {@link TooLongException}
     * @throws IOException if it can't be opened
     */
    public static InputStream open(Path path, long mostBytes) throws IOException {
        return new BoundedStream(Files.newInputStream(path), mostBytes);
    }

    private static final class BoundedStream extends FilterInputStream {
        private final long mostBytes;
        private long bytes;

        BoundedStream(InputStream input, long mostBytes) {
            super(input);
            this.mostBytes = mostBytes;
        }

        @Override
        public int read() throws IOException {
            int octet = super.read();
            count(octet < 0 ? 0 : 1);
            return octet;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int read = super.read(target, offset, length);
            count(Math.max(0, read));
            return read;
        }

        private void count(int read) throws IOException {
            bytes += read;
            if (bytes > mostBytes) {
                throw new TooLongException(mostBytes);
            }
        }
    }
}
