package org.waymark.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class WaymarkTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int waymark(String... arguments) {
        CommandLine commandLine = Waymark.commandLine();
        commandLine.setOut(new PrintWriter(out, true));
        commandLine.setErr(new PrintWriter(err, true));
        return commandLine.execute(arguments);
    }

    /** The warnings about a file, except for ports that another program of this host may have. */
    private String warnings() {
        return err.toString()
                .lines()
                .filter(line -> !line.contains("can't listen on"))
                .map(line -> line + "\n")
                .collect(Collectors.joining());
    }

    @Test
    void saysThatAConfigurationIsGood() {
        assertEquals(0, waymark("check", "--config", "conf/waymark.toml"));

        assertEquals(
                "conf/waymark.toml: good: 2 addresses to listen on, 1 upstream group with 1 file of servers,"
                        + " marks under the mask 0xffffffff\n",
                out.toString());
        assertEquals("", warnings());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
                    --mark 0x8e --name www.corp.example  | mark 0x8e (142), www.corp.example: no policy: domain corp.example: to the group corp with the mark 0x8e (142)
                    --mark 0x8e --name www.example       | mark 0x8e (142), www.example: no policy: to the group default with the mark 0x8e (142)
                    --mark 0x1ff --name www.corp.example | mark 0x1ff (511), www.corp.example: policy 1 (0x100/0xf00): to the group vpn with the mark 0x1ff (511)
                    --mark 0x2ff --name www.corp.example | mark 0x2ff (767), www.corp.example: policy 2 (0x200/0xf00): domain corp.example: to the group corp with the mark 0x1 (1)
                    --name WWW.portal.example.           | mark 0x0 (0), www.portal.example: no policy: answered here: its records are known here
                    --name a.onion                       | mark 0x0 (0), a.onion: no policy: answered here: onion has a special use
                    --mark 7                             | mark 0x7 (7): no policy: to the group default, or that of its domain, with the mark 0x7 (7)
                    """)
    void saysWhatBecomesOfAName(String options, String answer, @TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("waymark.toml"), """
                [[upstream]]
                name = "default"
                servers = ["192.0.2.53"]
                [[upstream]]
                name = "vpn"
                servers = ["192.0.2.54"]
                [[upstream]]
                name = "corp"
                servers = ["192.0.2.55"]
                [[policy]]
                mark = "0x100/0xf00"
                upstream = "vpn"
                [[policy]]
                mark = "0x200/0xf00"
                set-mark = 1
                [[domain]]
                name = "corp.example"
                upstream = "corp"
                [[record]]
                name = "www.portal.example"
                type = "A"
                value = "192.0.2.1"
                """);
        List<String> arguments = new ArrayList<>(List.of("check", "--config", file.toString()));
        arguments.addAll(List.of(options.split(" ")));

        assertEquals(0, waymark(arguments.toArray(String[]::new)));

        assertEquals(answer, out.toString().lines().findFirst().orElseThrow());
    }

    @Test
    void warnsOfFilesThatAreNotThere(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("waymark.toml"), """
                [[upstream]]
                servers = ["192.0.2.53", "resolv.conf:FOLDER/none"]
                [local]
                hosts = ["FOLDER"]
                """.replace("FOLDER", folder.toString()));

        assertEquals(0, waymark("check", "--config", file.toString()));

        String errors = err.toString();
        String none = file + ": upstream.servers: " + folder + "/none does not exist or is not a file (warning)\n";
        String directory = file + ": local.hosts: " + folder + " does not exist or is not a file (warning)\n";
        assertTrue(errors.contains(none), errors);
        assertTrue(errors.contains(directory), errors);
        assertTrue(out.toString().contains("1 upstream group with 1 server and 1 file of servers,"), out.toString());
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "0x8e, mark 0x8e (142): no policy: to the group default with the mark 0x8e (142)",
        "0x1ff, mark 0x1ff (511): policy 1 (0x100/0xf00): to the group vpn with the mark 0x101 (257)",
        "519, mark 0x207 (519): policy 2 (0x200/0xf00): refused",
    })
    void saysWhatBecomesOfAMark(String mark, String answer, @TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("waymark.toml"), """
                [[upstream]]
                name = "default"
                servers = ["192.0.2.53"]
                [[upstream]]
                name = "vpn"
                servers = ["192.0.2.54"]
                [[policy]]
                mark = "0x100/0xf00"
                upstream = "vpn"
                set-mark = "0x1/0xff"
                [[policy]]
                mark = "0x200/0xf00"
                action = "refuse"
                """);

        assertEquals(0, waymark("check", "--config", file.toString(), "--mark", mark));

        assertEquals(answer + "\n", out.toString());
    }

    @Test
    void warnsOfWhatCanNotBeMeantWithoutRefusingIt(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("waymark.toml"), """
                [[upstream]]
                servers = ["9.9.9.9"]
                [[policy]]
                mark = "0x1ff/0xff"
                """);

        assertEquals(0, waymark("check", "--config", file.toString()));

        assertEquals(
                file + ":4:8: policy.mark: 0x1ff/0xff matches no mark: the value has bits outside the mask"
                        + " (warning)\n",
                warnings());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"check, 1", "run, 78"})
    void saysAllThatIsWrongWithAConfiguration(String command, int status, @TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("waymark.toml"), "[log]\nlevle = 'info'\nqueries = 1\n");

        assertEquals(status, waymark(command, "--config=" + file));

        assertEquals("", out.toString());
        assertEquals("""
                FILE:1:1: upstream: is missing (required: at least one group of servers, [[upstream]])
                FILE:2:1: log.levle: is unknown (did you mean level?)
                FILE:3:11: log.queries: is the integer 1 (allowed: true or false)
                """.replace("FILE", file.toString()), err.toString());
    }

    /** Not of the Waymark that has the usual socket, which runs by another file. */
    @ParameterizedTest
    @ValueSource(strings = {"status", "stats", "reload"})
    void asksNobodyWhenTheFileThatIsNamedDoesNotExist(String command, @TempDir Path folder) {
        Path file = folder.resolve("absent.toml");

        assertEquals(1, waymark(command, "--config", file.toString()));

        assertEquals(
                "waymark: " + file + ": there is no such file: " + file + " (--config names another)\n",
                err.toString());
    }

    /** Otherwise it would look healthy while systemd restarts it every three seconds for nothing. */
    @Test
    void isNotStartedAgainByTheUnitWhereThatIsInVain() throws IOException {
        List<String> unit = Files.readAllLines(Path.of("systemd", "waymark.service"));

        assertTrue(unit.contains("Restart=always"));
        assertTrue(unit.contains(
                "RestartPreventExitStatus=" + CommandLine.ExitCode.USAGE + " " + Run.NOT_WITHOUT_A_CHANGE));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "walk",
                "check --conf x",
                "check --config",
                "check more",
                "check --mark x",
                "check --name a..b",
                "run --daemon",
                "--verbose"
            })
    void refusesAWrongCommandLineWithItsOwnStatus(String arguments) {
        assertEquals(2, waymark(arguments.isEmpty() ? new String[0] : arguments.split(" ")));

        assertEquals("", out.toString());
        assertFalse(err.toString().isBlank());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "-h", "run --help", "check --help"})
    void helps(String arguments) {
        assertEquals(0, waymark(arguments.split(" ")));

        assertTrue(out.toString().startsWith("Usage: waymark"), out::toString);
        assertEquals("", err.toString());
    }

    @Test
    void namesItsVersionOrSaysThatItHasNone() {
        assertEquals(0, waymark("--version"));

        assertEquals("waymark (not packaged, version unknown)\n", out.toString());
    }
}
