package org.waymark.linux;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The process that uses a local port, as far as this process may know it (man 5 proc). Everybody can see all sockets,
 * but only root can see the files of another user's process. With systemd's {@code ProtectProc=} not even that
 * process's number is visible.
 *
 * @param address the address that its socket is bound to
 * @param program the name of the process, or of the jar if it is a Java program; empty if not known
 * @param pid the number of the process; 0 if not known
 */
public record PortHolder(Endpoint address, String program, long pid) {
    private static final Path PROC = Path.of("/proc");
    private static final List<String> TABLES = List.of("udp", "udp6", "tcp", "tcp6");

    private static final int LOCAL = 1;
    private static final int STATE = 3;
    private static final int INODE = 9;

    /** The states TCP_LISTEN, and for UDP TCP_CLOSE, which means not connected. */
    private static final List<String> WAITING = List.of("0A", "07");

    /** It keeps sockets for its services, which are who uses them. */
    private static final int SYSTEMD = 1;

    private static final int HEX = 16;
    private static final int IPV4_DIGITS = 8;

    /**
     * @param wanted an address and port that the kernel has refused with EADDRINUSE
     * @return who uses them over UDP or TCP; empty if no such socket is visible
     */
    public static Optional<PortHolder> of(Endpoint wanted) {
        return TABLES.stream()
                .flatMap(table -> lines(PROC.resolve("net").resolve(table)).stream())
                .map(line -> line.strip().split("\\s+"))
                .filter(fields -> fields.length > INODE && WAITING.contains(fields[STATE]))
                .filter(fields -> isInTheWay(endpoint(fields[LOCAL]), wanted))
                .findFirst()
                .map(fields -> ofSocket(endpoint(fields[LOCAL]), "socket:[" + fields[INODE] + "]"));
    }

    private static boolean isInTheWay(Endpoint present, Endpoint wanted) {
        return present.port() == wanted.port()
                && (present.isWildcard() || wanted.isWildcard() || present.isSameHost(wanted));
    }

    /** Reads {@code 3500007F:0035}: words of 32 bits in the processor's byte order, and the port. */
    static Endpoint endpoint(String text) {
        String[] parts = text.split(":");
        Endpoint endpoint = new Endpoint();
        int port = Integer.parseInt(parts[1], HEX);
        if (parts[0].length() == IPV4_DIGITS) {
            endpoint.setIpv4((int) word(parts[0], 0), port);
        } else {
            endpoint.setIpv6(
                    word(parts[0], 0) << Integer.SIZE | word(parts[0], 1),
                    word(parts[0], 2) << Integer.SIZE | word(parts[0], 3),
                    port);
        }
        return endpoint;
    }

    private static long word(String digits, int index) {
        int start = index * IPV4_DIGITS;
        int word = Integer.parseUnsignedInt(digits.substring(start, start + IPV4_DIGITS), HEX);
        return Integer.toUnsignedLong(Integer.reverseBytes(word));
    }

    private static PortHolder ofSocket(Endpoint address, String socket) {
        PortHolder holder = new PortHolder(address, "", 0);
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                long pid = Long.parseLong(process.getFileName().toString());
                if (holder.pid <= SYSTEMD && has(process, socket)) {
                    holder = new PortHolder(address, programOf(process), pid);
                }
            }
        } catch (IOException e) {
            // The process stays unknown.
        }
        return holder;
    }

    private static boolean has(Path process, String socket) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path file : files) {
                if (Files.readSymbolicLink(file).toString().equals(socket)) {
                    return true;
                }
            }
        } catch (IOException e) {
            // The process belongs to another user, or has just ended.
        }
        return false;
    }

    private static String programOf(Path process) {
        List<String> words = lines(process.resolve("cmdline")).stream()
                .flatMap(line -> List.of(line.split("\0")).stream())
                .toList();
        int jar = words.indexOf("-jar") + 1;
        return jar > 0 && jar < words.size()
                ? Path.of(words.get(jar)).getFileName().toString().replaceFirst("\\.jar$", "")
                : String.join("", lines(process.resolve("comm")));
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            return List.of();
        }
    }
}
