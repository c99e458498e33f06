package org.waymark.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.tomlj.Toml;
import org.tomlj.TomlParseOptions;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import org.waymark.files.BoundedFile;

/** Reads a configuration file: its bytes, its syntax, its values, and last the keys that are left over. It collects the faults. */
final class ConfigurationFile {
    /** Far more than any configuration needs, but small enough to refuse a device or a file that was named by mistake. */
    private static final int MOST_BYTES = 1 << 20;

    private static final TomlPosition START = TomlPosition.positionAt(1, 1);

    private ConfigurationFile() {}

    /** Reads the text of a file, which may be a pipe. */
    static String read(Path file) throws ConfigurationException {
        if (Files.isDirectory(file)) {
            throw unreadable(file, "is a directory (name a file in it with --config)");
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(BoundedFile.read(file, MOST_BYTES)))
                    .toString();
        } catch (BoundedFile.TooLongException e) {
            throw unreadable(file, "is not a configuration: " + e.getMessage());
        } catch (NoSuchFileException e) {
            throw unreadable(file, "there is no such file: " + file.toAbsolutePath() + " (--config names another)");
        } catch (AccessDeniedException e) {
            throw unreadable(
                    file, "this user may not read it (give it the right to, or name another file with --config)");
        } catch (CharacterCodingException e) {
            throw unreadable(file, "is not a configuration: it is not text in UTF-8");
        } catch (IOException e) {
            throw unreadable(file, "can't be read: " + e.getMessage() + " (--config names another)");
        }
    }

    /** Reads a configuration from its text. */
    static <T> T parse(Path file, String toml, Function<Section, T> reader) throws ConfigurationException {
        TomlParseResult result = Toml.parse(toml, TomlParseOptions.defaults().withoutSource());
        Faults faults = new Faults(file);
        result.errors().forEach(faults::addSyntax);

        Section root = new Section(result, List.of(), START, faults);
        T configuration = reader.apply(root);
        root.refuseOtherKeys();
        faults.throwIfAny();
        return configuration;
    }

    private static ConfigurationException unreadable(Path file, String problem) {
        return new ConfigurationException(List.of(new Fault(file, 0, 0, "", problem)));
    }
}
