package org.waymark.names;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.waymark.dns.DomainName;
import org.waymark.dns.NameTable;

/** The address at the beginning of a line of a hosts file (man 5 hosts), which is nearly always that of the line before. */
final class HostsLine {
    /** Names that hosts files have for the host itself and for its link. */
    private static final NameTable<Boolean> OF_THE_HOST = new NameTable<>(Stream.of(
                    "localhost",
                    "localhost.localdomain",
                    "localhost4",
                    "localhost4.localdomain4",
                    "localhost6",
                    "localhost6.localdomain6",
                    "local",
                    "broadcasthost",
                    "ip6-localhost",
                    "ip6-loopback",
                    "ip6-localnet",
                    "ip6-mcastprefix",
                    "ip6-allnodes",
                    "ip6-allrouters",
                    "ip6-allhosts")
            .map(DomainName::parse)
            .collect(Collectors.toMap(Function.identity(), any -> true)));

    private byte[] address = {};
    private boolean isNobodys;

    /** Whether a name is one that every host has for itself, and no name in a list. */
    static boolean isOfTheHost(NameText name) {
        return OF_THE_HOST.find(ByteBuffer.wrap(name.wire()), 0) != null;
    }

    /** Reads the first word of a line; returns whether it is an address. */
    boolean beginsWithAddress(byte[] line, int from, int to) {
        if (Arrays.equals(address, 0, address.length, line, from, to)) {
            return true;
        }
        InetAddress read = read(line, from, to);
        if (read == null) {
            return false;
        }
        address = Arrays.copyOfRange(line, from, to);
        isNobodys = read.isAnyLocalAddress() || read.isLoopbackAddress();
        return true;
    }

    /** Whether nobody can be reached at the address, so that the line is one of a list. */
    boolean isNobodys() {
        return isNobodys;
    }

    /** Whether a word is an address, too. */
    boolean isAddress(byte[] line, int from, int to) {
        return read(line, from, to) != null;
    }

    private static InetAddress read(byte[] line, int from, int to) {
        if (!mayBeAddress(line, from, to)) {
            return null;
        }
        String word = new String(line, from, to - from, StandardCharsets.ISO_8859_1);
        // A scope has no meaning on other hosts.
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(word.replaceFirst("%.*", ""));
        try {
            return bytes == null ? null : InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address has 4 or 16 bytes", e);
        }
    }

    /** So that no text is made of most names. */
    private static boolean mayBeAddress(byte[] line, int from, int to) {
        boolean isQuad = line[to - 1] >= '0' && line[to - 1] <= '9' && line[from] >= '0' && line[from] <= '9';
        for (int i = from; i < to && !isQuad; i++) {
            isQuad = line[i] == ':';
        }
        return isQuad;
    }
}
