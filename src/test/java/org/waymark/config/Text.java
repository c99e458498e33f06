package org.waymark.config;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;

/** Reads a configuration from text, and writes its warnings and faults as text, for the tests of this package. */
final class Text {
    /** The minimum that a file must have. */
    static final String LEAST = "[[upstream]]\nservers = [\"9.9.9.9\"]\n";

    private static final Path FILE = Path.of("waymark.toml");

    private Text() {}

    static Configuration read(String toml) throws ConfigurationException {
        return Configuration.parse(FILE, toml);
    }

    static Configuration withoutWarnings(Configuration all) {
        return new Configuration(
                all.listen(),
                all.marking(),
                all.upstreams(),
                all.policies(),
                all.domains(),
                all.local(),
                all.cache(),
                all.limits(),
                all.log(),
                all.control(),
                all.metrics(),
                all.accounts(),
                List.of());
    }

    /** The warnings about a text, without the file and the place. */
    static List<String> warnings(String toml) throws ConfigurationException {
        return read(toml).warnings().stream()
                .map(fault -> fault.key() + ": " + fault.problem())
                .toList();
    }

    /** The faults of a text, as people see them. */
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
