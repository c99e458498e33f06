package org.waymark.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.tomlj.Toml;
import org.tomlj.TomlParseOptions;
import org.tomlj.TomlParseResult;
import org.waymark.files.BoundedFile;
import org.waymark.files.BoundedWait;

/**
 * Reads a configuration file and its drop-ins: their bytes, their syntax, their values, and last the keys that are left over. It collects
 * the faults.
 */
final class ConfigurationFile {
    /** Far more than any configuration needs, but small enough to refuse a device or a file that was named by mistake. */
    private static final int MOST_BYTES = 1 << 20;

    private static final String EXTENSION = ".toml";
    private static final String FOLDER_EXTENSION = ".d";

    private ConfigurationFile() {}

    /** Reads the texts of a file, which may be a pipe, and of its drop-ins, in the order in which they count. */
    static Map<Path, String> read(Path file) throws ConfigurationException {
        return withDropIns(file, textOf(file));
    }

    /** As {@link #read}, but refuses what is read only once, and does not wait long for a file that does not answer. */
    static Map<Path, String> readAgain(Path file) throws ConfigurationException {
        return withDropIns(file, inTime(file, () -> {
            refusePipe(file, "what a reload reads must be");
            return textOf(file);
        }));
    }

    private static Map<Path, String> withDropIns(Path file, String text) throws ConfigurationException {
        Map<Path, String> texts = new LinkedHashMap<>();
        texts.put(file, text);
        for (Path dropIn : dropInsOf(file)) {
            texts.put(dropIn, textOfDropIn(dropIn));
        }
        return texts;
    }

    private static <T> T inTime(Path file, BoundedWait.Reading<T, ConfigurationException> reading)
            throws ConfigurationException {
        try {
            return BoundedWait.read(file, reading);
        } catch (BoundedWait.TooSlowException e) {
            throw unreadable(file, e.getMessage());
        }
    }

    /** As {@link #read}, but leaves out the drop-ins that can't be read. */
    static Map<Path, String> readWhatCanBeRead(Path file) throws ConfigurationException {
        Map<Path, String> texts = new LinkedHashMap<>();
        texts.put(file, inTime(file, () -> textOf(file)));
        try {
            for (Path dropIn : dropInsOf(file)) {
                textIfReadable(dropIn).ifPresent(text -> texts.put(dropIn, text));
            }
        } catch (ConfigurationException e) {
            // The folder can't be listed, so none of them can be read.
        }
        return texts;
    }

    private static Optional<String> textIfReadable(Path dropIn) {
        try {
            return Optional.of(textOfDropIn(dropIn));
        } catch (ConfigurationException e) {
            return Optional.empty();
        }
    }

    private static String textOfDropIn(Path dropIn) throws ConfigurationException {
        return inTime(dropIn, () -> readDropIn(dropIn));
    }

    private static String readDropIn(Path dropIn) throws ConfigurationException {
        refusePipe(dropIn, "a drop-in must be");
        if (Files.isDirectory(dropIn)) {
            throw unreadable(dropIn, "is a directory; a drop-in must be a regular file");
        }
        if (Files.notExists(dropIn)) {
            throw unreadable(dropIn, "is a link to a file that does not exist (remove it, or make the file)");
        }
        return textOf(dropIn);
    }

    /** Refuses what may never be read to its end, such as a pipe or a device, or a link to one. What does not exist is not refused. */
    private static void refusePipe(Path file, String whatMustBe) throws ConfigurationException {
        if (Files.exists(file) && !Files.isRegularFile(file) && !Files.isDirectory(file)) {
            throw unreadable(file, "is a pipe, a device or a socket; " + whatMustBe + " a regular file");
        }
    }

    /** The drop-ins of {@code waymark.toml} are {@code waymark.d/*.toml}, in the order of their names. Hidden files are left out. */
    private static List<Path> dropInsOf(Path file) throws ConfigurationException {
        String name = file.getFileName().toString();
        if (!name.endsWith(EXTENSION)) {
            return List.of();
        }
        String stem = name.substring(0, name.length() - EXTENSION.length());
        Path folder = file.resolveSibling(stem + FOLDER_EXTENSION);
        return inTime(folder, () -> dropInsIn(folder));
    }

    private static List<Path> dropInsIn(Path folder) throws ConfigurationException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(ConfigurationFile::isDropIn).sorted().toList();
        } catch (IOException e) {
            throw unreadable(folder, "this user may not list it (give it the right to, as drop-ins may be there)");
        }
    }

    private static boolean isDropIn(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(EXTENSION) && !name.startsWith(".");
    }

    private static String textOf(Path file) throws ConfigurationException {
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

    /** Reads a configuration from the texts of its files. */
    static <T> T parse(Map<Path, String> texts, Function<Section, T> reader) throws ConfigurationException {
        Faults faults = new Faults(List.copyOf(texts.keySet()));
        List<Section.Piece> pieces = new ArrayList<>();
        texts.forEach((file, toml) -> {
            TomlParseResult result =
                    Toml.parse(toml, TomlParseOptions.defaults().withoutSource());
            result.errors().forEach(error -> faults.addSyntax(file, error));
            pieces.add(new Section.Piece(result, Place.startOf(file)));
        });
        Section root = new Section(pieces, List.of(), pieces.get(0).start(), faults);
        T configuration = reader.apply(root);
        root.refuseOtherKeys();
        faults.throwIfAny();
        return configuration;
    }

    private static ConfigurationException unreadable(Path file, String problem) {
        return new ConfigurationException(List.of(new Fault(file, 0, 0, "", problem)));
    }
}
