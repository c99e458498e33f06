package org.waymark.packaging;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.waymark.cli.Waymark;
import picocli.AutoComplete;
import picocli.CommandLine;

/** Makes the files that a package has besides the program: run by the build. */
public final class Packaging {
    private static final int EXTRA_FLAGS = 8;
    private static final byte SLOWEST = 2;

    private Packaging() {}

    /**
     * @param arguments the project's folder; the folder to write to; the version; its time, as 2026-11-20T00:00:00Z; and the bill of
     *     materials
     * @throws IOException if a file can't be read or written
     */
    public static void main(String[] arguments) throws IOException {
        Path project = Path.of(arguments[0]);
        Path folder = Path.of(arguments[1]);
        String version = arguments[2];
        Instant time = OffsetDateTime.parse(arguments[3]).toInstant();

        checkLicences(Path.of(arguments[4]), project.resolve("src/packaging/copyright"));
        writePages(folder.resolve("man"), Files.readString(project.resolve("conf/waymark.toml")), version, time);
        String changelog = DebianChangelog.of(
                Files.readString(project.resolve("CHANGELOG.md")),
                Files.readString(project.resolve("src/packaging/deb/control")),
                debian(version),
                time);
        compress(folder.resolve("debian/changelog.gz"), changelog);
        writeCompletion(folder.resolve("completion"));
    }

    /** Offline (mvn -o) there may be no bill, because CycloneDX's plugin is left out: then the next build with a network checks. */
    private static void checkLicences(Path bill, Path copyright) throws IOException {
        if (!Files.exists(bill)) {
            return;
        }
        List<String> gaps = Licences.gaps(Files.readString(bill), Files.readString(copyright));
        if (!gaps.isEmpty()) {
            throw new IllegalStateException(copyright + ": " + String.join("; ", gaps));
        }
    }

    private static void writePages(Path folder, String configuration, String version, Instant time) throws IOException {
        String date = time.toString().substring(0, "yyyy-mm-dd".length());
        CommandPages commands = new CommandPages(date, version);
        compress(folder.resolve("man1/waymark.1.gz"), commands.all().toString());
        compress(
                folder.resolve("man1/waymark-doctor.1.gz"),
                commands.of("doctor").toString());
        Roff page = ConfigurationPage.of(configuration, date, version);
        compress(folder.resolve("man5/waymark.toml.5.gz"), page.toString());
    }

    private static void writeCompletion(Path folder) throws IOException {
        String script = AutoComplete.bash("waymark", new CommandLine(Waymark.class));
        Path bash = Files.createDirectories(folder.resolve("bash"));
        Files.writeString(bash.resolve("waymark"), script.replaceFirst("^#!.*\n", ""));
        Path zsh = Files.createDirectories(folder.resolve("zsh"));
        Files.writeString(zsh.resolve("_waymark"), forZsh(script));
    }

    /** A snapshot is older than its release; jdeb gives the package the same version. */
    static String debian(String version) {
        return version.replace("-SNAPSHOT", "~snapshot");
    }

    /**
     * picocli's script runs in zsh, too. There it is the body of a function, in which aliases do not count, and whose first call has to
     * complete at once.
     */
    private static String forZsh(String script) {
        return script.replaceFirst("^#!.*\n", "#compdef waymark\n")
                        .replace("alias compopt=complete", "compopt() { :; }")
                + "_bash_complete -o default -F _complete_waymark\n";
    }

    /** As gzip -9 does, and without a time. */
    private static void compress(Path file, String text) throws IOException {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (OutputStream gzip = new SmallestGzip(compressed)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        byte[] bytes = compressed.toByteArray();
        // Java does not write into the header how hard it has tried, which is what lintian looks at.
        bytes[EXTRA_FLAGS] = SLOWEST;
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
    }

    private static final class SmallestGzip extends GZIPOutputStream {
        SmallestGzip(OutputStream out) throws IOException {
            super(out);
            def.setLevel(Deflater.BEST_COMPRESSION);
        }
    }
}
