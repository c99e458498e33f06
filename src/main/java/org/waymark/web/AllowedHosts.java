package org.waymark.web;

import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * By which names this server may be asked. A page of somebody else's can have its own name lead to this server (DNS rebinding); the
 * browser then takes both for one, and only the header Host tells. No name that others can choose is allowed.
 *
 * @param names the host's own, in lower case
 */
record AllowedHosts(Set<String> names) {
    private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");
    private static final Path HOSTS = Path.of("/etc/hosts");
    private static final String LOCALHOST = "localhost";

    /**
     * @param address where the server listens
     * @return with the name of the host, and those that /etc/hosts has for this address or for loopback
     */
    static AllowedHosts ofThisHost(InetAddress address) {
        List<String> names = new ArrayList<>();
        linesOf(HOST_NAME).forEach(names::add);
        for (String line : linesOf(HOSTS)) {
            String[] words = line.replaceFirst("#.*", "").strip().split("\\s+");
            byte[] bytes = NetUtil.createByteArrayFromIpAddressString(words[0]);
            if (bytes != null && isOfThisHost(bytes, address)) {
                names.addAll(List.of(words).subList(1, words.length));
            }
        }
        return of(names);
    }

    private static boolean isOfThisHost(byte[] bytes, InetAddress address) {
        try {
            InetAddress named = InetAddress.getByAddress(bytes);
            return named.isLoopbackAddress() || named.equals(address);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The lines of a file; none if it can't be read. */
    private static List<String> linesOf(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            return List.of();
        }
    }

    static AllowedHosts of(Collection<String> names) {
        return new AllowedHosts(
                names.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet()));
    }

    /**
     * @param header what the header Host says, with or without a port; empty if there is none, which only HTTP/1.0 allows
     */
    boolean allows(String header) {
        String host = withoutPort(header.strip().toLowerCase(Locale.ROOT));
        return host.isEmpty()
                || host.equals(LOCALHOST)
                || names.contains(host)
                || NetUtil.isValidIpV4Address(host)
                || host.startsWith("[")
                        && host.endsWith("]")
                        && NetUtil.isValidIpV6Address(host.substring(1, host.length() - 1));
    }

    private static String withoutPort(String header) {
        int colon = header.lastIndexOf(':');
        return colon > header.lastIndexOf(']') ? header.substring(0, colon) : header;
    }
}
