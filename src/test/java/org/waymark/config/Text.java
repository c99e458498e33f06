package org.waymark.config;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;

/** What the tests of this package have in common: a configuration is a text, and so is what is wrong with it. */
final class Text {
    /** The least that a file must have. */
    static final String LEAST = "[[upstream]]\nservers = [\"192.0.2.53\"]\n";

    private static final Path FILE = Path.of("waymark.toml");

    private Text() {}

    static Configuration read(String toml) throws ConfigurationException {
        return Configuration.parse(FILE, toml);
    }

    /** The faults of a text, as they are shown to people. */
    static List<String> faults(String toml) {
        return assertThrows(ConfigurationException.class, () -> read(toml)).faults().stream()
                .map(Fault::toString)
                .toList();
    }

    static InetSocketAddress address(String literal, int port) {
        try {
            return new InetSocketAddress(InetAddress.getByName(literal), port);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
