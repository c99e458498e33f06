package org.waymark.bench;

import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What can be said to every command that measures. */
final class CommonOptions {
    @Option(
            names = "--rounds",
            paramLabel = "N",
            converter = Positive.class,
            description = "Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            converter = Positive.class,
            description = "How long each measurement lasts. Default: ${DEFAULT-VALUE}.")
    private int seconds = 3;

    @Option(
            names = "--warm-up",
            paramLabel = "SECONDS",
            converter = Positive.class,
            description = "How long each program is under load before the first round. Default: ${DEFAULT-VALUE}.")
    private int warmUp = 10;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Where the figures of every round go. Default: ${DEFAULT-VALUE}.")
    private Path json;

    @Option(
            names = "--picture",
            paramLabel = "FILE",
            description = "Where the picture goes. Default: ${DEFAULT-VALUE}.")
    private Path picture;

    @Option(names = "--help", usageHelp = true, description = "Prints this.")
    private boolean help;

    /**
     * @param rounds how many there are unless told otherwise
     * @param files what the files are called unless told otherwise
     */
    CommonOptions(int rounds, String files) {
        this.rounds = rounds;
        this.json = Path.of("target", files + ".json");
        this.picture = Path.of("target", files + ".svg");
    }

    int rounds() {
        return rounds;
    }

    int seconds() {
        return seconds;
    }

    int warmUp() {
        return warmUp;
    }

    Path json() {
        return json;
    }

    Path picture() {
        return picture;
    }

    /** How a number is read that nothing can be measured with if it is 0. */
    static final class Positive implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            if (!text.matches("0*[1-9]\\d{0,8}")) {
                throw new TypeConversionException("'" + text + "' is not a number of 1 or more");
            }
            return Integer.valueOf(text);
        }
    }
}
