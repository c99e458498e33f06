package org.waymark.accounts;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.zip.CRC32;
import org.waymark.files.BoundedFile;

/**
 * A file of lines that is either the old or the new one whatever happens: it is written beside the old one, brought to the disk, and takes
 * its name. Its last line has a checksum of all others.
 */
final class CheckedFile {
    private static final String END = "end ";

    private CheckedFile() {}

    /** The file is not what has been written. */
    static final class BrokenException extends IOException {
        private static final long serialVersionUID = 1;

        BrokenException(String problem) {
            super(problem);
        }
    }

    static void write(Path path, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        byte[] end = (END + checksum(bytes, bytes.length) + "\n").getBytes(StandardCharsets.UTF_8);
        Path beside = path.resolveSibling(path.getFileName() + ".new");
        try (FileChannel file = FileChannel.open(
                beside, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            writeAll(file, bytes);
            writeAll(file, end);
            file.force(true);
        }
        Files.move(beside, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel folder = FileChannel.open(path.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            folder.force(true);
        }
    }

    private static void writeAll(FileChannel file, byte[] bytes) throws IOException {
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        while (rest.hasRemaining()) {
            file.write(rest);
        }
    }

    /**
     * Reads a file.
     *
     * @return its lines without the last one
     * @throws java.nio.file.NoSuchFileException if there is none
     * @throws BrokenException if it is not as it was written
     */
    static List<String> read(Path path, int mostBytes) throws IOException {
        byte[] bytes = BoundedFile.read(path, mostBytes);
        String text = new String(bytes, StandardCharsets.UTF_8);
        int end = text.lastIndexOf(END);
        int length = end < 0 ? 0 : text.substring(0, end).getBytes(StandardCharsets.UTF_8).length;
        if (end < 0 || !text.substring(end).equals(END + checksum(bytes, length) + "\n")) {
            throw new BrokenException("its checksum is wrong");
        }
        return text.substring(0, end).lines().toList();
    }

    private static String checksum(byte[] bytes, int length) {
        CRC32 checksum = new CRC32();
        checksum.update(bytes, 0, length);
        return Long.toHexString(checksum.getValue());
    }
}
