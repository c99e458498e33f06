package org.waymark.linux;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The kernel's settings (man 5 proc). Those below {@code net} are those of the process's network namespace. */
public final class Sysctl {
    private static final Path ROOT = Path.of("/proc/sys");

    private Sysctl() {}

    /**
     * Reads the first line with a single read(2), because a second read(2) of a file in /proc/sys does not return the
     * rest.
     *
     * @param name the name as sysctl(8) writes it, such as {@code net.ipv4.tcp_fwmark_accept}
     * @return the setting; empty if the kernel has none of this name, or does not let this process read it
     */
    public static Optional<String> read(String name) {
        try (BufferedReader reader = Files.newBufferedReader(ROOT.resolve(name.replace('.', '/')))) {
            return Optional.ofNullable(reader.readLine()).map(String::strip);
        } catch (IOException notThere) {
            return Optional.empty();
        }
    }
}
