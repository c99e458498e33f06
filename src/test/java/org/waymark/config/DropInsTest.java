package org.waymark.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class DropInsTest {
    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void writeTheMainFile() throws IOException {
        file = Files.writeString(folder.resolve("waymark.toml"), """
                [mark]
                mask = 0xff
                answers = true
                [[upstream]]
                name = "default"
                servers = ["9.9.9.9"]
                [[policy]]
                mark = 1
                """);
    }

    private void dropIn(String name, String toml) throws IOException {
        Files.createDirectories(folder.resolve("waymark.d"));
        Files.writeString(folder.resolve("waymark.d").resolve(name), toml);
    }

    @Test
    void lastFileThatHasAKeyCounts() throws IOException, ConfigurationException {
        dropIn("20-later.toml", "[mark]\nmask = 0xffff\n[log]\nqueries = true\n");
        dropIn("10-earlier.toml", "[mark]\nmask = 0xf\nunknown = 'refuse'\n");

        Configuration configuration = Configuration.read(file);

        assertEquals(0xffff, configuration.marking().mask());
        assertTrue(configuration.marking().answers());
        assertEquals(Marking.Unknown.REFUSE, configuration.marking().unknown());
        assertTrue(configuration.log().queries());
    }

    @Test
    void sectionsAddUpInTheOrderOfTheFiles() throws IOException, ConfigurationException {
        dropIn("b.toml", "[[policy]]\nmark = 3\nupstream = 'vpn'\n");
        dropIn(
                "a.toml",
                "[[upstream]]\nname = 'vpn'\nservers = ['8.8.8.8']\n[[policy]]\nmark = 2\naction = 'refuse'\n");

        Configuration configuration = Configuration.read(file);

        assertEquals(
                List.of("default", "vpn"),
                configuration.upstreams().stream().map(UpstreamGroup::name).toList());
        assertEquals(
                List.of("0x1/0xffffffff", "0x2/0xffffffff", "0x3/0xffffffff"),
                configuration.policies().stream()
                        .map(rule -> rule.mark().orElseThrow().toString())
                        .toList());
    }

    @Test
    void faultsNameTheirOwnFileInTheOrderOfTheFiles() throws IOException {
        dropIn("a.toml", "\n[mark]\nmsk = 1\n[limits]\ntcp-idle = 1\n");
        dropIn("b.toml", "mark = 3\n[[upstream]]\nservers = ['8.8.8.8']\n");
        dropIn("c.toml", "= broken\n");

        String message = assertThrows(ConfigurationException.class, () -> Configuration.read(file))
                .getMessage();

        String inFolder = folder.resolve("waymark.d") + "/";
        assertEquals(
                List.of(
                        inFolder + "a.toml:5:12: limits.tcp-idle",
                        inFolder + "b.toml:1:8: mark",
                        inFolder + "c.toml:1:1"),
                message.lines()
                        .map(line -> line.replaceFirst("(:\\d+:\\d+(: mark|: limits.tcp-idle)?): .*", "$1"))
                        .toList());
    }

    @Test
    void unknownKeyOfADropInIsAFaultThere() throws IOException {
        dropIn("a.toml", "\n[mark]\nmsk = 1\n");

        assertEquals(
                folder + "/waymark.d/a.toml:3:1: mark.msk: is unknown (did you mean mask?)",
                assertThrows(ConfigurationException.class, () -> Configuration.read(file))
                        .getMessage());
    }

    /** Opening a pipe would wait for somebody who writes to it, perhaps forever. */
    @Test
    @Timeout(10)
    void dropInThatIsNoRegularFileIsAFault() throws Exception {
        dropIn("a.toml", "");
        Path pipe = pipe("waymark.d/b.toml");
        assertEquals(
                pipe + ": is a pipe, a device or a socket; a drop-in must be a regular file",
                assertThrows(ConfigurationException.class, () -> Configuration.read(file))
                        .getMessage());

        Path link = Files.createSymbolicLink(folder.resolve("waymark.d/a2.toml"), pipe);
        assertEquals(
                link + ": is a pipe, a device or a socket; a drop-in must be a regular file",
                assertThrows(ConfigurationException.class, () -> Configuration.read(file))
                        .getMessage());
    }

    @Test
    void directoryOrLinkToNothingIsAFault() throws Exception {
        dropIn("a.toml", "");
        Path directory = Files.createDirectory(folder.resolve("waymark.d/b.toml"));
        assertEquals(
                directory + ": is a directory; a drop-in must be a regular file",
                assertThrows(ConfigurationException.class, () -> Configuration.read(file))
                        .getMessage());

        Path link = Files.createSymbolicLink(folder.resolve("waymark.d/a2.toml"), Path.of("nowhere"));
        assertEquals(
                link + ": is a link to a file that does not exist (remove it, or make the file)",
                assertThrows(ConfigurationException.class, () -> Configuration.read(file))
                        .getMessage());
    }

    @Test
    void dropInMayBeALinkToAFile() throws Exception {
        dropIn("a.toml", "");
        Path elsewhere = Files.writeString(folder.resolve("elsewhere"), "[mark]\nmask = 0xf\n");
        Files.createSymbolicLink(folder.resolve("waymark.d/b.toml"), elsewhere);

        assertEquals(0xf, Configuration.read(file).marking().mask());
    }

    @Test
    @Timeout(10)
    void pipeIsReadAtTheStartOnly() throws Exception {
        Path pipe = pipe("pipe.toml");
        Process writer = new ProcessBuilder("cp", file.toString(), pipe.toString()).start();
        assertEquals(0xff, Configuration.read(pipe).marking().mask());
        assertEquals(0, writer.waitFor());

        assertEquals(
                pipe + ": is a pipe, a device or a socket; what a reload reads must be a regular file",
                assertThrows(ConfigurationException.class, () -> Configuration.readAgain(pipe))
                        .getMessage());
    }

    @Test
    @Timeout(10)
    void controlSocketIsFoundWhateverElseIsWrong() throws Exception {
        Files.writeString(file, "msk = 1\n[control]\nsocket = \"/run/other\"\n[mark\n");
        dropIn("a.toml", "= broken");
        pipe("waymark.d/b.toml");
        Path socket = Path.of("/run/other");
        assertEquals(Optional.of(socket), Configuration.readControl(file).socket());

        dropIn("c.toml", "[control]\nsocket = \"/run/third\"\n");
        assertEquals(
                Optional.of(Path.of("/run/third")),
                Configuration.readControl(file).socket());
        assertThrows(ConfigurationException.class, () -> Configuration.readControl(folder.resolve("absent.toml")));
    }

    private Path pipe(String name) throws Exception {
        Path pipe = folder.resolve(name);
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        return pipe;
    }

    @Test
    void hiddenFilesAndThoseOfOtherNamesAreLeftOut() throws IOException, ConfigurationException {
        dropIn(".a.toml", "broken");
        dropIn("b.toml.dpkg-old", "broken");

        assertEquals(0xff, Configuration.read(file).marking().mask());
    }

    @Test
    void folderBelongsToTheFileOfItsName() throws IOException, ConfigurationException {
        dropIn("a.toml", "[log]\nqueries = true\n");
        Path other = Files.copy(file, folder.resolve("other.toml"));

        assertFalse(Configuration.read(other).log().queries());
    }
}
