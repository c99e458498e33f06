package org.waymark.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What the kernel tells about a process (man 5 proc, /proc/PID/status).
 *
 * @param user the effective user id
 * @param capabilities the effective capabilities, a bit for each (man 7 capabilities)
 */
public record ProcessStatus(int user, long capabilities) {
    private static final int EFFECTIVE = 2;
    private static final int HEX = 16;

    /** A capability that matters to Waymark, with its number. */
    public enum Capability {
        CAP_SETUID(7),
        CAP_NET_BIND_SERVICE(10),
        CAP_NET_ADMIN(12),
        CAP_SYS_ADMIN(21);

        private final int bit;

        Capability(int bit) {
            this.bit = bit;
        }
    }

    /**
     * @param pid a process id
     * @return its status; empty if there is no such process
     */
    public static Optional<ProcessStatus> of(long pid) {
        try {
            List<String> lines = Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"));
            return Optional.of(new ProcessStatus(
                    Integer.parseUnsignedInt(words(lines, "Uid:")[EFFECTIVE]),
                    Long.parseUnsignedLong(words(lines, "CapEff:")[1], HEX)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static String[] words(List<String> lines, String key) {
        return lines.stream()
                .filter(line -> line.startsWith(key))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no " + key + " in /proc/PID/status"))
                .split("\\s+");
    }

    /**
     * @param capability a capability
     * @return whether the process has it
     */
    public boolean has(Capability capability) {
        return (capabilities >> capability.bit & 1) != 0;
    }
}
