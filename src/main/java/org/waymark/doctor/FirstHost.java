package org.waymark.doctor;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** The first host that a rule's address, network or range of addresses stands for. */
final class FirstHost {
    /** What looks otherwise would be taken for a name, and DNS be asked for it. */
    private static final Pattern NUMERIC = Pattern.compile("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    private static final int FEW = 16;

    private FirstHost() {}

    /**
     * @param text {@code 192.0.2.1}, {@code 192.0.2.0/24} or {@code 192.0.2.1-192.0.2.9}, or the same of IPv6
     * @return the address; of a network the one after its own; empty for all addresses
     */
    static Optional<InetAddress> of(String text) {
        return of(text, own -> false);
    }

    /**
     * @param isOwn tells which addresses are this host's, which no client has
     */
    static Optional<InetAddress> of(String text, Predicate<InetAddress> isOwn) {
        String[] parts = text.split("[/-]");
        if (!NUMERIC.matcher(parts[0]).matches()) {
            return Optional.empty();
        }
        try {
            byte[] bytes = InetAddress.getByName(parts[0]).getAddress();
            boolean isNetwork = text.contains("/") && Integer.parseInt(parts[1]) < bytes.length * Byte.SIZE;
            if (isNetwork && Integer.parseInt(parts[1]) == 0) {
                return Optional.empty();
            }
            if (isNetwork) {
                bytes[bytes.length - 1] |= 1;
            }
            for (int more = 0; more < FEW && isOwn.test(InetAddress.getByAddress(bytes)); more++) {
                if (!isNetwork) {
                    return Optional.empty();
                }
                bytes[bytes.length - 1]++;
            }
            return Optional.of(InetAddress.getByAddress(bytes));
        } catch (UnknownHostException | NumberFormatException e) {
            return Optional.empty();
        }
    }
}
