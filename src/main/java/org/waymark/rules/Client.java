package org.waymark.rules;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.waymark.config.Network;
import org.waymark.mark.Mark;
import org.waymark.programs.IpVersion;

/**
 * Clients that get a mark, told apart by something that their packets have.
 *
 * @param trait what their packets have in common
 * @param value the network, hardware address or interface, as nft and iptables read it
 * @param network their addresses; empty unless the trait is the address
 * @param mark the mark of their connections; 32 bits, unsigned, never 0
 */
public record Client(Trait trait, String value, Optional<Network> network, int mark) {
    private static final Pattern HARDWARE_ADDRESS = Pattern.compile("([0-9a-f]{2}:){5}[0-9a-f]{2}");

    /** The more exact ones first, because the first that matches gives the mark. */
    static final Comparator<Client> EXACT_FIRST =
            Comparator.comparing(Client::trait).thenComparing(Client::openBits);

    /** What packets of a client have in common, from the most to the least exact. */
    public enum Trait {
        /** The hardware address that they come from. */
        HARDWARE_ADDRESS,
        /** The address that they come from, or its network. */
        ADDRESS,
        /** The interface that they come in by. */
        INTERFACE
    }

    /**
     * Reads {@code 192.168.111.137=137} or {@code fd00:111::/64=0x89}.
     *
     * @throws IllegalArgumentException if it is neither; the message is for people
     */
    public static Client byAddress(String text) {
        return parse(text, "192.168.111.137=137", value -> {
            Network network = Network.parse(value);
            Client client = new Client(Trait.ADDRESS, network.toString(), Optional.of(network), 0);
            return client.openBits() > 0
                    ? client
                    : new Client(Trait.ADDRESS, network.address().getHostAddress(), client.network, 0);
        });
    }

    /**
     * Reads {@code 02:00:00:00:01:37=137}.
     *
     * @throws IllegalArgumentException if it is something else; the message is for people
     */
    public static Client byHardwareAddress(String text) {
        return parse(text, "02:00:00:00:01:37=137", value -> {
            String address = value.toLowerCase(Locale.ROOT);
            if (!HARDWARE_ADDRESS.matcher(address).matches()) {
                throw new IllegalArgumentException("\"" + value + "\" is not a hardware address (allowed: six bytes in"
                        + " hexadecimal digits, with colons, such as 02:00:00:00:01:37)");
            }
            return new Client(Trait.HARDWARE_ADDRESS, address, Optional.empty(), 0);
        });
    }

    /**
     * Reads {@code lan=137}.
     *
     * @throws IllegalArgumentException if it is something else; the message is for people
     */
    public static Client byInterface(String text) {
        return parse(
                text, "lan=137", value -> new Client(Trait.INTERFACE, InterfaceName.parse(value), Optional.empty(), 0));
    }

    private static Client parse(String text, String example, Function<String, Client> ofValue) {
        int sign = text.lastIndexOf('=');
        if (sign < 0) {
            throw new IllegalArgumentException("\"" + text + "\" names no mark (allowed: such as " + example + ")");
        }
        Client client = ofValue.apply(text.substring(0, sign));
        int mark = Mark.parse(text.substring(sign + 1));
        if (mark == 0) {
            throw new IllegalArgumentException(
                    "\"" + text + "\": the mark must not be 0, which is the mark of clients that no"
                            + " rule has marked (allowed: 1 to 0xffffffff)");
        }
        return new Client(client.trait, client.value, client.network, mark);
    }

    /** Whether packets of this IP version can be theirs. */
    boolean isOf(IpVersion version) {
        return network.map(network -> IpVersion.of(network.address()))
                .map(version::equals)
                .orElse(true);
    }

    /** How many bits of their addresses may differ. */
    private int openBits() {
        return network.map(each -> each.address().getAddress().length * Byte.SIZE - each.prefixLength())
                .orElse(0);
    }

    /**
     * Sorts clients, each once.
     *
     * @throws IllegalArgumentException if one of them has two marks; the message is for people
     */
    static List<Client> inOrder(List<Client> clients) {
        List<Client> sorted = clients.stream().distinct().sorted(EXACT_FIRST).toList();
        for (Client client : sorted) {
            for (Client other : sorted) {
                if (client.value.equals(other.value) && client.trait == other.trait && client.mark != other.mark) {
                    throw new IllegalArgumentException(client.value + " has two marks, " + Mark.describe(client.mark)
                            + " and " + Mark.describe(other.mark) + ": give it one");
                }
            }
        }
        return sorted;
    }
}
