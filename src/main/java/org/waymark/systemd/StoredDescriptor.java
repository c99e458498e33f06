package org.waymark.systemd;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A file descriptor that systemd has handed over at the start (man 3 sd_listen_fds): one that an earlier process has left in its store, or
 * that of a socket unit. Nobody vouches for what it is.
 *
 * @param fd its number
 * @param name the name that it was stored under
 */
public record StoredDescriptor(int fd, String name) {
    private static final int FIRST = 3;

    /** What systemd calls one that was stored without a name. */
    private static final String NAMELESS = "stored";

    /**
     * @param environment that of this process
     * @return what systemd has handed over to this very process, and not to one that has started it
     */
    public static List<StoredDescriptor> handedOver(Map<String, String> environment) {
        String pid = Long.toString(ProcessHandle.current().pid());
        String count = environment.getOrDefault("LISTEN_FDS", "");
        if (!pid.equals(environment.get("LISTEN_PID")) || !count.matches("\\d{1,6}")) {
            return List.of();
        }
        String[] names = environment.getOrDefault("LISTEN_FDNAMES", "").split(":", -1);
        boolean isNamed = names.length == Integer.parseInt(count);
        return IntStream.range(0, Integer.parseInt(count))
                .mapToObj(i -> new StoredDescriptor(FIRST + i, isNamed ? names[i] : NAMELESS))
                .toList();
    }
}
