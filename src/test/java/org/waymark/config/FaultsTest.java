package org.waymark.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.waymark.config.Text.LEAST;
import static org.waymark.config.Text.faults;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FaultsTest {
    @Test
    void areToldAllInOneGoByPosition() {
        assertEquals(
                List.of(
                        "waymark.toml:1:1: lisen: is unknown (did you mean listen?)",
                        "waymark.toml:4:11: mark.answers: is the string \"yes\" (allowed: true or false)",
                        "waymark.toml:5:14: mark.zones: is the integer 65536 (allowed: an integer from 0 to 65535)",
                        "waymark.toml:7:1: upstream.servers: is missing (required: an array of one or more,"
                                + " each an address such as \"192.0.2.53\", \"[2001:db8::53]:53\", \"tcp://192.0.2.53\""
                                + " or \"tls://192.0.2.53#dns.example\", or \"resolv.conf\")",
                        "waymark.toml:8:14: upstream.attempts: is the integer 0 (allowed: an integer from 1 to 16)"),
                faults("""
                        lisen = 1

                        [mark]
                        answers = "yes"
                        zones = [ 0, 65536 ]

                        [[upstream]]
                          attempts = 0
                        """));
    }

    @Test
    void saysThatAllTriesCannotBeShorterThanOne() {
        assertEquals(
                List.of("waymark.toml:4:17: upstream.total-timeout: is shorter than one try, whose timeout is 2000ms"),
                faults(Text.LEAST + "attempts = 1\ntotal-timeout = '1s'"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                mark.unknown = 'drop'      | "drop" is unknown (allowed: "forward" or "refuse")
                mark.mask = 0x100000000    | is the integer 4294967296 (allowed: a mark from 0 to 0xffffffff)
                mark.mask = -1             | is the integer -1 (allowed: a mark from 0 to 0xffffffff)
                mark.mask = '1/2'          | "1/2" is not a mark such as 137, 0x89 or 0211 (allowed: a mark from 0 to 0xffffffff)
                mark.mask = 1.0            | is the number 1.0 (allowed: a mark from 0 to 0xffffffff)
                mark.zones = 0             | is the integer 0 (allowed: an array of one or more, each an integer from 0 to 65535)
                mark.zones = []            | is an empty array (allowed: an array of one or more, each an integer from 0 to 65535)
                mark.zones = [1, 1]        | the integer 1 is there twice (once is enough)
                limits.tcp-connections = 0 | is the integer 0 (allowed: an integer from 1 to 1000000)
                log.queries = 2026-11-20   | is the date or time 2026-11-20 (allowed: true or false)
                log.level = ['info']       | is an array (allowed: "error" or "warn" or "info" or "debug")
                log = true                 | is the flag true (allowed: a table, [log])
                [[log]]                    | is an array (allowed: a table, [log])
                """)
    void sayWhatIsWrongAndWhatIsAllowed(String toml, String problem) {
        assertEquals(problem, onlyProblem(toml));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    10             | is the integer 10
                    '10'           | "10" is not a duration
                    '1 s'          | "1 s" is not a duration
                    '-1s'          | "-1s" is not a duration
                    '9999999999s'  | "9999999999s" is not a duration
                    '999ms'        | "999ms" is too short
                    '61m'          | "61m" is too long
                    """, quoteCharacter = '`')
    void sayWhatADurationIs(String toml, String wrong) {
        assertEquals(
                wrong + " (allowed: a duration from \"1s\" to \"1h\" with its unit: ms, s, m or h)",
                onlyProblem("limits.tcp-idle = " + toml));
    }

    /** Otherwise Waymark would listen on the same address twice. */
    @Test
    void sayThatAnAddressIsThereTwiceHoweverItIsWritten() {
        assertEquals(
                List.of(
                        "waymark.toml:4:27: listen.addresses: the string \"192.0.2.1:53\""
                                + " is the same as the string \"192.0.2.1\" (once is enough)",
                        "waymark.toml:4:74: listen.addresses: the string \"[2001:db8:0::1]:53\""
                                + " is the same as the string \"2001:db8::1\" (once is enough)"),
                faults(LEAST + """
                        [listen]
                        addresses = ["192.0.2.1", "192.0.2.1:53", "192.0.2.1:54", "2001:db8::1", "[2001:db8:0::1]:53"]
                        """));
    }

    @Test
    void letALinkLocalAddressBeThereOnEachInterface() throws ConfigurationException {
        String addresses = "addresses = ['fe80::1%1', 'fe80::1%2']\n";
        assertEquals(
                2,
                Text.read(LEAST + "[listen]\n" + addresses).listen().addresses().size());
    }

    private static String onlyProblem(String toml) {
        List<String> faults = faults(toml + "\n" + LEAST);
        assertEquals(1, faults.size(), faults::toString);
        return faults.get(0).replaceFirst("^waymark.toml:\\d+:\\d+: [a-z.-]+: ", "");
    }

    @Test
    void namesTheNearestKeyWhenOneIsUnknown() {
        assertEquals(
                List.of(
                        "waymark.toml:4:1: log.levle: is unknown (did you mean level?)",
                        "waymark.toml:6:1: limits.upstream_socket: is unknown (did you mean upstream-sockets?)",
                        "waymark.toml:7:1: mrak: is unknown (did you mean mark?)"),
                faults(LEAST + "[log]\nlevle = 'info'\n[limits]\nupstream_socket = 1\n[mrak]\nmask = 1\n"));
    }

    @Test
    void listTheKeysThereAreWhenNoneIsNear() {
        assertEquals(
                List.of(
                        "waymark.toml:4:1: log.colour: is unknown (allowed: level, format, queries, dnstap)",
                        "waymark.toml:5:1: colours: is unknown (allowed: listen, mark, upstream, policy, domain, local,"
                                + " record, cache, limits, log, control, metrics, account)"),
                faults(LEAST + "[log]\ncolour = 1\n[colours]\nsize = 1\n"));
    }

    @Test
    void demandAGroupOfServers() {
        assertEquals(
                List.of("waymark.toml:1:1: upstream: is missing"
                        + " (required: at least one group of servers, [[upstream]])"),
                faults(""));
    }

    @Test
    void demandDoubleBracketsForUpstreams() {
        assertEquals(
                List.of("waymark.toml:1:1: upstream: is a table"
                        + " (allowed: an array of one or more, each a table, [[upstream]])"),
                faults("[upstream]\nservers = ['192.0.2.53']"));
    }

    @Test
    void demandANameForEachOfSeveralGroups() {
        assertEquals(
                List.of(
                        "waymark.toml:1:1: upstream.name: is missing"
                                + " (required: a name for each group when there are several)",
                        "waymark.toml:7:8: upstream.name: \"a\" is the name of a group above (each needs its own)"),
                faults("""
                        [[upstream]]
                        servers = ['192.0.2.1']
                        [[upstream]]
                        name = 'a'
                        servers = ['192.0.2.2']
                        [[upstream]]
                        name = 'a'
                        servers = ['192.0.2.3']
                        """));
    }

    @Test
    void tellBrokenSyntaxAndWrongValuesButNotWhatMayHaveGoneAstray() {
        assertEquals(
                List.of(
                        "waymark.toml:1:11: Unexpected end of line, expected ]]",
                        "waymark.toml:5:9: log.level: \"loud\" is unknown"
                                + " (allowed: \"error\" or \"warn\" or \"info\" or \"debug\")",
                        "waymark.toml:6:11: Unexpected 'y', expected a value"),
                faults("""
                        [[upstream
                        servers = ["192.0.2.53"]
                        timeout = "2s"
                        [log]
                        level = "loud"
                        queries = yes
                        """));
    }

    @Test
    void showNothingThatATerminalWouldObey() {
        assertEquals(
                List.of("waymark.toml:1:17: log.level: \"\ufffd[2Jx\" is unknown"
                        + " (allowed: \"error\" or \"warn\" or \"info\" or \"debug\")"),
                faults("log = { level = \"\\u001b[2Jx\" }\n" + LEAST));
    }

    @Test
    void sayWhereItLookedForAFileThatIsNotThere(@TempDir Path folder) {
        Path file = folder.resolve("waymark.toml");

        assertEquals(file + ": there is no such file: " + file + " (--config names another)", fault(file));
    }

    @Test
    void sayThatAFileIsNone(@TempDir Path folder) throws IOException {
        Path binary = Files.write(folder.resolve("binary"), new byte[] {(byte) 0xff, (byte) 0xfe});
        Path large = Files.writeString(folder.resolve("large"), "#".repeat(1 << 20) + "#", StandardCharsets.UTF_8);

        assertEquals(folder + ": is a directory (name a file in it with --config)", fault(folder));
        assertEquals(binary + ": is not a configuration: it is not text in UTF-8", fault(binary));
        assertEquals(large + ": is not a configuration: it has more than 1048576 bytes", fault(large));
    }

    private static String fault(Path file) {
        return assertThrows(ConfigurationException.class, () -> Configuration.read(file))
                .getMessage();
    }
}
