package org.waymark.cli;

import java.nio.file.Path;
import org.waymark.config.Configuration;
import org.waymark.config.ConfigurationException;
import picocli.CommandLine.Option;

/** The option that names the configuration file, for every command that reads one. */
final class ConfigurationOption {
    private static final String USUAL = "/etc/waymark/waymark.toml";

    @Option(
            names = "--config",
            paramLabel = "FILE",
            defaultValue = USUAL,
            description = "The configuration file. Default: ${DEFAULT-VALUE}")
    private Path file;

    Path file() {
        return file;
    }

    boolean isUsual() {
        return file.equals(Path.of(USUAL));
    }

    Configuration read() throws ConfigurationException {
        return Configuration.read(file);
    }

    Configuration readAgain() throws ConfigurationException {
        return Configuration.readAgain(file);
    }
}
