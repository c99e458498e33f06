package org.waymark.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/**
 * systemd's side of the readiness protocol, with its store of file descriptors (man 3 sd_notify, FDSTORE=1): keeps what a service leaves,
 * each once, until it takes it back. It runs in a thread of its own.
 */
final class DescriptorStore implements AutoCloseable {
    private static final LibC LIBC = LibraryLoader.create(LibC.class).load("c");
    private static final Runtime RUNTIME = Runtime.getRuntime(LIBC);

    private static final short AF_UNIX = 1;
    private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVTIMEO = 20;
    private static final int MSG_CMSG_CLOEXEC = 0x40000000;
    private static final int PATH_BYTES = 108;
    private static final int TIMEOUT_MICROS = 100_000;

    /** {@code struct msghdr}, and behind it what it points to: a {@code struct iovec}, control messages, and the message. */
    private static final int IOVEC = 16;

    private static final int IOVEC_COUNT = 24;
    private static final int CONTROL = 32;
    private static final int CONTROL_LENGTH = 40;
    private static final int VECTOR = 56;
    private static final int RIGHTS = 72;
    private static final int RIGHTS_BYTES = 1040;
    private static final int HEADER = 16;
    private static final int TEXT = RIGHTS + RIGHTS_BYTES;
    private static final int TEXT_BYTES = 4096;

    private final int fd;
    private final Pointer message = Memory.allocateDirect(RUNTIME, TEXT + TEXT_BYTES);
    private final Map<String, List<Integer>> stored = new TreeMap<>();
    private final List<String> notices = new ArrayList<>();
    private final Thread thread = new Thread(this::read, "descriptor store");
    private volatile boolean closing;

    /** See section 2 of the manual. */
    public interface LibC {
        int socket(int domain, int type, int protocol);

        int bind(int fd, Pointer address, int length);

        int setsockopt(int fd, int level, int name, Pointer value, int length);

        long recvmsg(int fd, Pointer message, int flags);

        int close(int fd);
    }

    private DescriptorStore(int fd) {
        this.fd = fd;
        thread.setDaemon(true);
        thread.start();
    }

    /** Listens at a path where nothing is yet. */
    static DescriptorStore at(Path path) {
        int fd = LIBC.socket(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
        Pointer memory = Memory.allocateDirect(RUNTIME, 2 + PATH_BYTES);
        memory.putShort(0, AF_UNIX);
        memory.putString(2, path.toString(), PATH_BYTES, StandardCharsets.UTF_8);
        check(LIBC.bind(fd, memory, 2 + PATH_BYTES));
        memory.putLong(0, 0);
        memory.putLong(Long.BYTES, TIMEOUT_MICROS);
        check(LIBC.setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, memory, 2 * Long.BYTES));
        return new DescriptorStore(fd);
    }

    private static void check(int result) {
        if (result == -1) {
            throw new IllegalStateException("errno " + RUNTIME.getLastError());
        }
    }

    private void read() {
        while (!closing) {
            message.putLong(IOVEC, message.address() + VECTOR);
            message.putLong(IOVEC_COUNT, 1);
            message.putLong(CONTROL, message.address() + RIGHTS);
            message.putLong(CONTROL_LENGTH, RIGHTS_BYTES);
            message.putLong(VECTOR, message.address() + TEXT);
            message.putLong(VECTOR + Long.BYTES, TEXT_BYTES);
            int length = (int) LIBC.recvmsg(fd, message, MSG_CMSG_CLOEXEC);
            if (length > 0) {
                byte[] text = new byte[length];
                message.get(TEXT, text, 0, length);
                take(new String(text, StandardCharsets.UTF_8), descriptors());
            }
        }
    }

    private List<Integer> descriptors() {
        List<Integer> all = new ArrayList<>();
        if (message.getLong(CONTROL_LENGTH) >= HEADER) {
            for (long at = HEADER; at < message.getLong(RIGHTS); at += Integer.BYTES) {
                all.add(message.getInt(RIGHTS + at));
            }
        }
        return all;
    }

    private synchronized void take(String text, List<Integer> descriptors) {
        notices.add(text);
        Map<String, String> fields = text.lines()
                .map(line -> line.split("=", 2))
                .collect(Collectors.toMap(line -> line[0], line -> line[1], (first, second) -> second));
        String name = fields.getOrDefault("FDNAME", "stored");
        if (fields.containsKey("FDSTOREREMOVE")) {
            stored.getOrDefault(name, List.of()).forEach(LIBC::close);
            stored.remove(name);
        }
        for (int descriptor : descriptors) {
            boolean isPresent =
                    stored.values().stream().flatMap(List::stream).anyMatch(each -> isSame(each, descriptor));
            if (fields.containsKey("FDSTORE") && !isPresent) {
                stored.computeIfAbsent(name, any -> new ArrayList<>()).add(descriptor);
            } else {
                LIBC.close(descriptor);
            }
        }
    }

    private static boolean isSame(int one, int other) {
        Path files = Path.of("/proc/self/fd");
        try {
            return Files.readSymbolicLink(files.resolve("" + one))
                    .equals(Files.readSymbolicLink(files.resolve("" + other)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Puts something into the store that no service has left. */
    synchronized void put(String name, int descriptor) {
        stored.computeIfAbsent(name, any -> new ArrayList<>()).add(descriptor);
    }

    /** How many there are, by their names. */
    synchronized Map<String, Integer> stored() {
        Map<String, Integer> counts = new TreeMap<>();
        stored.forEach((name, descriptors) -> counts.put(name, descriptors.size()));
        return counts;
    }

    /** All descriptors, and their names in the same order. */
    synchronized Map<Integer, String> byDescriptor() {
        Map<Integer, String> names = new TreeMap<>();
        stored.forEach((name, descriptors) -> descriptors.forEach(each -> names.put(each, name)));
        return names;
    }

    /** How many times a service has said this. */
    synchronized long count(String notice) {
        return notices.stream().filter(notice::equals).count();
    }

    /** Gives up everything, as systemd does when a service is stopped and not started again at once. */
    synchronized void clear() {
        stored.values().forEach(descriptors -> descriptors.forEach(LIBC::close));
        stored.clear();
    }

    @Override
    public void close() {
        closing = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        LIBC.close(fd);
        clear();
    }
}
