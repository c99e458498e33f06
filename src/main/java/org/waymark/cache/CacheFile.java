package org.waymark.cache;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/**
 * The answers in a file, from one process to the next. It has a checksum at its end, and nothing is taken from a file that is not as it
 * was written. An answer is taken only for a group that has the same name and servers as then, and if marks share answers as then.
 */
public final class CacheFile {
    private static final String FORMAT = "waymark cache 1";

    /** No more answers follow. */
    private static final int END = -1;

    private CacheFile() {}

    /** The file is not what has been written, or was written by another version. */
    public static final class BrokenException extends IOException {
        private static final long serialVersionUID = 1;

        BrokenException(String problem) {
            super(problem);
        }
    }

    /**
     * Writes the answers that may still serve. The file is either the old or the new one, whatever happens.
     *
     * @param views the groups of servers that they belong to
     * @param stale how long answers may serve that are not fresh any more
     * @return how many there are
     * @throws IOException if it can't be written
     */
    public static int write(Path path, AnswerCache cache, Views views, Duration stale) throws IOException {
        Path beside = path.resolveSibling(path.getFileName() + ".new");
        try {
            int count = writeAll(beside, cache, views, stale);
            Files.move(beside, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return count;
        } finally {
            Files.deleteIfExists(beside);
        }
    }

    private static int writeAll(Path path, AnswerCache cache, Views views, Duration stale) throws IOException {
        CRC32C checksum = new CRC32C();
        int[] count = {0};
        try (OutputStream file = Files.newOutputStream(path);
                DataOutputStream out = new DataOutputStream(
                        new BufferedOutputStream(new CheckedOutputStream(file, checksum), 1 << 16))) {
            out.writeUTF(FORMAT);
            out.writeLong(System.currentTimeMillis());
            writeGroups(out, views.inForce());
            long now = AnswerCache.nowMillis(System.nanoTime());
            cache.forEachStored(stored -> {
                if (now - stored.storedMillis() < stored.lifeSeconds() * 1_000L + stale.toMillis()) {
                    write(out, stored, now);
                    count[0]++;
                }
            });
            out.writeInt(END);
            out.flush();
            out.writeLong(checksum.getValue());
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return count[0];
    }

    private static void writeGroups(DataOutputStream out, List<Views.Group> groups) throws IOException {
        out.writeInt(groups.size());
        for (Views.Group group : groups) {
            out.writeUTF(group.name());
            out.writeUTF(group.servers());
            out.writeInt(group.shareMask());
            out.writeInt(group.number());
        }
    }

    private static void write(DataOutputStream out, StoredAnswer stored, long now) {
        try {
            out.writeInt(stored.message().length);
            out.writeInt(Views.group(stored.view()));
            out.writeInt(Views.mark(stored.view()));
            out.writeShort(stored.variant());
            out.writeShort(stored.limit());
            out.writeLong(now - stored.storedMillis());
            out.writeInt(stored.lifeSeconds());
            out.write(stored.message());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Keeps the answers in a file that may still serve, unless there are newer ones.
     *
     * @param views the groups of servers that there are now
     * @param stale how long answers may serve that are not fresh any more
     * @return how many were kept
     * @throws java.nio.file.NoSuchFileException if there is none
     * @throws BrokenException if it is not as it was written, or comes from the future; then nothing is kept
     * @throws IOException if it can't be read
     */
    public static int read(Path path, AnswerCache cache, Views views, Duration stale) throws IOException {
        checkSum(path);
        try (DataInputStream in = open(path)) {
            String format = in.readUTF();
            if (!format.equals(FORMAT)) {
                throw new BrokenException("it has another format, \"" + format + "\"");
            }
            long sinceMillis = System.currentTimeMillis() - in.readLong();
            if (sinceMillis < 0) {
                throw new BrokenException("it was written in the future, as the clock has it");
            }
            return readAnswers(in, cache, readGroups(in, views), sinceMillis, stale);
        }
    }

    private static DataInputStream open(Path path) throws IOException {
        return new DataInputStream(new BufferedInputStream(Files.newInputStream(path), 1 << 16));
    }

    private static void checkSum(Path path) throws IOException {
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw new BrokenException("it is not a file");
        }
        long length = Files.size(path) - Long.BYTES;
        CRC32C checksum = new CRC32C();
        try (DataInputStream in = new DataInputStream(
                new CheckedInputStream(new BufferedInputStream(Files.newInputStream(path), 1 << 16), checksum))) {
            if (length < 0) {
                throw new BrokenException("it is too short");
            }
            in.skipNBytes(length);
            long expected = checksum.getValue();
            if (in.readLong() != expected) {
                throw new BrokenException("its checksum is wrong");
            }
        }
    }

    /** The numbers that groups have now, by those that they had. */
    private static Map<Integer, Integer> readGroups(DataInputStream in, Views views) throws IOException {
        Map<Integer, Integer> numbers = new HashMap<>();
        int groups = in.readInt();
        for (int i = 0; i < groups; i++) {
            String name = in.readUTF();
            String servers = in.readUTF();
            int shareMask = in.readInt();
            int number = in.readInt();
            views.inForce().stream()
                    .filter(group -> group.name().equals(name)
                            && group.servers().equals(servers)
                            && group.shareMask() == shareMask)
                    .forEach(group -> numbers.put(number, group.number()));
        }
        return numbers;
    }

    private static int readAnswers(
            DataInputStream in, AnswerCache cache, Map<Integer, Integer> groups, long sinceMillis, Duration stale)
            throws IOException {
        long now = AnswerCache.nowMillis(System.nanoTime());
        int kept = 0;
        for (int length = in.readInt(); length != END; length = in.readInt()) {
            Integer group = groups.get(in.readInt());
            int mark = in.readInt();
            int variant = in.readUnsignedShort();
            int limit = in.readUnsignedShort();
            long age = in.readLong() + sinceMillis;
            int life = in.readInt();
            byte[] message = in.readNBytes(length);
            if (group != null && age < life * 1_000L + stale.toMillis()) {
                long view = Views.view(group, mark);
                kept += cache.keep(new StoredAnswer(view, variant, limit, now - age, life, message)) ? 1 : 0;
            }
        }
        return kept;
    }
}
