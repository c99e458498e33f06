package org.waymark.packaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script of the archive, run with an archive that has empty jars and pages. */
class InstallTest {
    private static final String HOME = "opt/it/lib/waymark";

    @TempDir
    private Path archive;

    @TempDir
    private Path root;

    @BeforeEach
    void unpack() throws IOException, InterruptedException {
        for (String copied : List.of("conf", "systemd", "docs", "README.md", "CHANGELOG.md", "LICENSE")) {
            run("cp", "-R", copied, archive.toString());
        }
        run("cp", "-R", "src/main/dist/bin", "src/packaging/install", "src/packaging/copyright", archive.toString());
        for (String made : List.of(
                "lib/waymark.jar",
                "lib/former-1.jar",
                "man/man1/waymark.1.gz",
                "man/man1/waymark-doctor.1.gz",
                "man/man5/waymark.toml.5.gz",
                "completion/bash/waymark",
                "completion/zsh/_waymark")) {
            Path file = archive.resolve(made);
            Files.createDirectories(file.getParent());
            Files.createFile(file);
        }
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        return output;
    }

    private String install(Path folder, String... options) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(folder.resolve("install").toString(), "--root", root.toString()));
        command.addAll(List.of(options));
        return run(command.toArray(String[]::new));
    }

    private List<String> installed() throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.map(file -> root.relativize(file).toString()).sorted().toList();
        }
    }

    @Test
    void installsUnderItsPrefix() throws IOException, InterruptedException {
        String output = install(archive, "--prefix", "/opt/it");

        assertTrue(output.contains("Installed a configuration"), output);
        assertEquals(
                root.resolve(HOME + "/bin/waymark").toRealPath(),
                root.resolve("opt/it/bin/waymark").toRealPath());
        assertTrue(Files.exists(root.resolve("opt/it/share/man/man5/waymark.toml.5.gz")));
        assertTrue(Files.exists(root.resolve("etc/waymark/waymark.toml")));
        String unit = Files.readString(root.resolve("etc/systemd/system/waymark.service"));
        assertTrue(unit.contains("\nExecStart=/" + HOME + "/bin/waymark run\n"), unit);
        assertFalse(unit.contains("/usr/lib/waymark"), unit);
        assertEquals(
                "rwxr-xr-x",
                PosixFilePermissions.toString(Files.getPosixFilePermissions(root.resolve(HOME + "/bin/waymark"))));
    }

    @Test
    void replacesAnotherVersionAndKeepsTheConfiguration() throws IOException, InterruptedException {
        install(archive, "--prefix", "/opt/it");
        List<String> before = installed();
        Path configuration = Files.writeString(root.resolve("etc/waymark/waymark.toml"), "# mine\n");
        Files.move(archive.resolve("lib/former-1.jar"), archive.resolve("lib/former-2.jar"));
        Files.createFile(root.resolve(HOME + "/lib/waymark.jsa"));

        String output = install(archive, "--prefix", "/opt/it");

        assertTrue(output.contains("stays as it is"), output);
        assertEquals("# mine\n", Files.readString(configuration));
        assertEquals(
                before.stream()
                        .map(file -> file.replace("former-1", "former-2"))
                        .sorted()
                        .toList(),
                installed());
    }

    @Test
    void removesEverythingButTheConfiguration() throws IOException, InterruptedException {
        install(archive, "--prefix", "/opt/it");

        String output = install(root.resolve(HOME), "--remove");

        assertTrue(output.contains("Left, for you to delete: /etc/waymark\n"), output);
        try (Stream<Path> files = Files.walk(root)) {
            assertEquals(
                    List.of(root.resolve("etc/waymark/waymark.toml")),
                    files.filter(Files::isRegularFile).toList());
        }
    }

    @Test
    void doesNotInstallItselfOverItself() throws IOException, InterruptedException {
        install(archive, "--prefix", "/opt/it");
        List<String> before = installed();

        Process process = new ProcessBuilder(root.resolve(HOME + "/install").toString(), "--root", root.toString())
                .redirectErrorStream(true)
                .start();

        assertNotEquals(0, process.waitFor());
        assertEquals(before, installed());
    }
}
